//! Fills a ledger with past requests, to see how a long history feels: `cargo run --release -p bench --bin seed -- FILE N`.

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use bench::seed::seed;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [file, count] = arguments.as_slice() else {
        return usage("two arguments are needed");
    };
    let Ok(count) = count.parse() else {
        return usage("N is a number of requests");
    };
    match seed(Path::new(file), count, Duration::MAX).await {
        Ok(seeded) => {
            println!(
                "{} requests, {} entries in {:.1} s",
                seeded.requests, seeded.entries, seeded.seconds
            );
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn usage(why: &str) -> ExitCode {
    eprintln!("{why}: cargo run --release -p bench --bin seed -- FILE N");
    ExitCode::from(2)
}
