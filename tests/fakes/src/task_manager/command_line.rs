//! The command line of a TaskManager, read as Java and then Flink's `TaskManagerRunner` read it, only that nothing is
//! passed over: an option that neither knows is refused.
//! <https://nightlies.apache.org/flink/flink-docs-release-2.3/docs/deployment/memory/mem_setup_tm/>

use std::collections::BTreeMap;
use std::path::Path;

const MAIN: &str = "org.apache.flink.runtime.taskexecutor.TaskManagerRunner";

/// What must be told to a TaskManager that is started without Flink's scripts; each once.
const MEMORY: [&str; 10] = [
    "framework.heap.size",
    "task.heap.size",
    "framework.off-heap.size",
    "task.off-heap.size",
    "network.min",
    "network.max",
    "managed.size",
    "jvm-metaspace.size",
    "jvm-overhead.min",
    "jvm-overhead.max",
];

/// What a TaskManager learns from its command line and its configuration.
#[derive(Debug, PartialEq, Eq)]
pub struct CommandLine {
    /// `taskmanager.resource-id`.
    pub resource_id: String,
    /// `taskmanager.numberOfTaskSlots`.
    pub slots: u32,
    /// `jobmanager.rpc.address` and `.port` of the configuration.
    pub job_manager: String,
}

/// Options by name.
type Options = BTreeMap<String, String>;

impl CommandLine {
    /// Reads the arguments, the program's own name left out, and `config.yaml` of the folder they name.
    ///
    /// # Errors
    /// With what Java or Flink would say.
    pub fn read(args: impl IntoIterator<Item = String>) -> Result<Self, String> {
        let mut args = args.into_iter();
        let heap = read_jvm_options(&mut args)?;
        let (folder, options) = read_flink_options(args)?;
        let config = Path::new(&folder).join("config.yaml");
        let text = std::fs::read_to_string(&config).map_err(|error| {
            format!(
                "The Flink config file '{}' cannot be read: {error}",
                config.display()
            )
        })?;
        check_memory(&options, heap)?;
        Ok(Self {
            resource_id: required(&options, "taskmanager.resource-id")?.to_owned(),
            slots: number(&options, "taskmanager.numberOfTaskSlots")?,
            job_manager: job_manager(&text)?,
        })
    }
}

/// Up to the main class; what is left is the program's. Gives `-Xmx` in bytes.
fn read_jvm_options(args: &mut impl Iterator<Item = String>) -> Result<u64, String> {
    let mut heap = None;
    let mut class_path = None;
    while let Some(arg) = args.next() {
        if let Some(size) = arg.strip_prefix("-Xmx") {
            heap = size.parse().ok();
        } else if arg == "-cp" {
            class_path = args.next();
        } else if !arg.starts_with('-') {
            return match (heap, class_path) {
                (Some(heap), Some(path)) if arg == MAIN && path.contains("/lib/*") => Ok(heap),
                (None, _) => Err("Invalid maximum heap size".to_owned()),
                _ => Err(format!("Error: Could not find or load main class {arg}")),
            };
        } else if !is_jvm_option(&arg) {
            return Err(format!(
                "Unrecognized option: {arg}\nError: Could not create the Java Virtual Machine."
            ));
        }
    }
    Err("Usage: java [options] <mainclass> [args...]".to_owned())
}

fn is_jvm_option(arg: &str) -> bool {
    let sized = ["-XX:MaxDirectMemorySize=", "-XX:MaxMetaspaceSize="];
    let is_sized = sized.iter().any(|option| {
        arg.strip_prefix(option)
            .is_some_and(|size| size.parse::<u64>().is_ok())
    });
    let opens = arg
        .strip_prefix("--add-opens=java.base/")
        .is_some_and(|package| package.ends_with("=ALL-UNNAMED"));
    let logs = arg.starts_with("-Dlog.file=/") || arg.starts_with("-Dlog4j.configurationFile=file:///");
    is_sized || opens || logs || arg == "-XX:+UseSerialGC"
}

/// The configuration folder, and every `-D key=value`.
fn read_flink_options(mut args: impl Iterator<Item = String>) -> Result<(String, Options), String> {
    let mut folder = None;
    let mut options = Options::new();
    while let Some(arg) = args.next() {
        let value = args
            .next()
            .ok_or_else(|| format!("Missing argument for option: {arg}"))?;
        match arg.as_str() {
            "--configDir" | "-c" => folder = Some(value),
            "-D" => {
                let (key, value) = value
                    .split_once('=')
                    .ok_or_else(|| format!("no value: {value}"))?;
                if options.insert(key.to_owned(), value.to_owned()).is_some() {
                    return Err(format!("{key} is given twice"));
                }
            }
            _ => return Err(format!("Unrecognized option: {arg}")),
        }
    }
    let known = |key: &str| {
        let memory = key.strip_prefix("taskmanager.memory.");
        memory.map_or(
            [
                "taskmanager.resource-id",
                "taskmanager.numberOfTaskSlots",
                "taskmanager.cpu.cores",
            ]
            .contains(&key),
            |part| MEMORY.contains(&part),
        )
    };
    if let Some(unknown) = options.keys().find(|key| !known(key)) {
        return Err(format!("Flink has no option {unknown}"));
    }
    let folder = folder.ok_or("Missing required option: c")?;
    Ok((folder, options))
}

/// Every part is given; ranges are points; the heap is what Java was told.
fn check_memory(options: &Options, heap: u64) -> Result<(), String> {
    let part = |name: &str| -> Result<u64, String> {
        let key = format!("taskmanager.memory.{name}");
        let value = required(options, &key)?;
        let bytes = value.strip_suffix('b').and_then(|bytes| bytes.parse().ok());
        bytes.ok_or_else(|| format!("Could not parse value '{value}' for key '{key}'."))
    };
    for name in MEMORY {
        part(name)?;
    }
    for range in ["network", "jvm-overhead"] {
        if part(&format!("{range}.min"))? != part(&format!("{range}.max"))? {
            return Err(format!(
                "taskmanager.memory.{range}.min and .max must be equal in a started TaskManager"
            ));
        }
    }
    if part("framework.heap.size")? + part("task.heap.size")? != heap {
        return Err("-Xmx is not the heap of the framework and the tasks".to_owned());
    }
    let cores: f64 = number(options, "taskmanager.cpu.cores")?;
    if cores > 0.0 {
        Ok(())
    } else {
        Err("taskmanager.cpu.cores must be greater than 0".to_owned())
    }
}

fn required<'a>(options: &'a Options, key: &str) -> Result<&'a str, String> {
    options
        .get(key)
        .map(String::as_str)
        .ok_or_else(|| format!("The required configuration option Key: '{key}' is not set"))
}

fn number<T: std::str::FromStr>(options: &Options, key: &str) -> Result<T, String> {
    let value = required(options, key)?;
    value
        .parse()
        .map_err(|_| format!("Could not parse value '{value}' for key '{key}'."))
}

/// Address and port, out of a flat `config.yaml`.
fn job_manager(config: &str) -> Result<String, String> {
    let entry = |key: &str| {
        config
            .lines()
            .find_map(|line| line.strip_prefix(key)?.strip_prefix(": "))
            .ok_or_else(|| format!("{key} is not set in config.yaml"))
    };
    Ok(format!(
        "{}:{}",
        entry("jobmanager.rpc.address")?,
        entry("jobmanager.rpc.port")?
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As `taskmanager.sh` of Flink 2.3.0 would call `java`, shortened; its configuration is in `conf`.
    fn args(conf: &Path) -> Vec<String> {
        let mut args = vec![
            "-Xmx384".to_owned(),
            "-XX:MaxDirectMemorySize=192".to_owned(),
            "-XX:MaxMetaspaceSize=256".to_owned(),
            "--add-opens=java.base/java.lang=ALL-UNNAMED".to_owned(),
            "-Dlog.file=/logs/tm.log".to_owned(),
            "-cp".to_owned(),
            "/conf:/flink/lib/*".to_owned(),
            MAIN.to_owned(),
            "--configDir".to_owned(),
            conf.display().to_string(),
        ];
        let memory = MEMORY.map(|part| {
            let bytes = match part {
                "framework.heap.size" => 128,
                "task.heap.size" => 256,
                _ => 64,
            };
            format!("taskmanager.memory.{part}={bytes}b")
        });
        let others = [
            "taskmanager.resource-id=sluice-1",
            "taskmanager.numberOfTaskSlots=2",
            "taskmanager.cpu.cores=2.0",
        ];
        for option in others.map(str::to_owned).into_iter().chain(memory) {
            args.extend(["-D".to_owned(), option]);
        }
        args
    }

    fn conf() -> std::path::PathBuf {
        let folder = std::env::temp_dir().join(format!("fake-java-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let text = "jobmanager.rpc.address: 127.0.0.1\njobmanager.rpc.port: 6123\n";
        std::fs::write(folder.join("config.yaml"), text).unwrap();
        folder
    }

    #[test]
    fn a_whole_command_line_is_understood_and_every_gap_is_seen() {
        let conf = conf();
        let whole = args(&conf);
        let expected = CommandLine {
            resource_id: "sluice-1".to_owned(),
            slots: 2,
            job_manager: "127.0.0.1:6123".to_owned(),
        };
        assert_eq!(CommandLine::read(whole.clone()), Ok(expected));

        let pairs = (10..whole.len()).step_by(2);
        for at in pairs {
            let mut without = whole.clone();
            let gap: Vec<String> = without.drain(at..at + 2).collect();
            assert!(CommandLine::read(without).is_err(), "without {gap:?}");
        }
        for (from, to) in [
            ("-Xmx384", "-Xmx385"),
            ("-XX:MaxMetaspaceSize=256", "-XX:MaxMetaspaceSize=much"),
            ("-Dlog.file=/logs/tm.log", "-Dlog.fil=/logs/tm.log"),
            (
                "taskmanager.numberOfTaskSlots=2",
                "taskmanager.numberOfTaskSlots=two",
            ),
            ("taskmanager.cpu.cores=2.0", "taskmanager.cpu.core=2.0"),
            (
                "taskmanager.memory.network.max=64b",
                "taskmanager.memory.network.max=65b",
            ),
            (MAIN, "org.apache.flink.Other"),
        ] {
            let changed = whole
                .iter()
                .map(|arg| if arg == from { to.to_owned() } else { arg.clone() });
            assert!(CommandLine::read(changed).is_err(), "{to}");
        }
        std::fs::remove_dir_all(conf).unwrap();
    }
}
