use super::*;
use crate::wording::tests::scene;

#[test]
fn look() {
    let notice = scene::verdict();
    let chart = crate::wording::tests::card(&notice).chart.unwrap();
    std::fs::write("/tmp/chart.png", chart.png().unwrap()).unwrap();
    std::fs::write("/tmp/chart.svg", chart.svg().unwrap()).unwrap();
    let t = std::time::Instant::now();
    for _ in 0..20 {
        chart.png().unwrap();
    }
    eprintln!(
        "{:?} each, {} bytes",
        t.elapsed() / 20,
        chart.png().unwrap().len()
    );
}
