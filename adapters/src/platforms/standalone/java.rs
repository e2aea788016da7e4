//! The command line of a TaskManager: what Flink's own `taskmanager.sh` would start. Pure.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

use commands::names::{StepKey, TaskManagerId};
use url::Url;

use super::launcher::Config;
use super::memory::{Parts, TooSmall};
use crate::process::Launch;

/// The main class of a TaskManager.
const MAIN: &str = "org.apache.flink.runtime.taskexecutor.TaskManagerRunner";

/// The option that carries a TaskManager's name; together with the main class and the configuration it marks a process
/// as ours.
const RESOURCE_ID: &str = "taskmanager.resource-id=";

/// Packages of `java.base` that Flink and the jobs on it reach into, as its own scripts open them on Java 17 and newer.
const OPENED: [&str; 12] = [
    "java.lang",
    "java.lang.reflect",
    "java.net",
    "java.io",
    "java.nio",
    "sun.nio.ch",
    "java.text",
    "java.time",
    "java.util",
    "java.util.concurrent",
    "java.util.concurrent.atomic",
    "java.util.concurrent.locks",
];

/// Up to this heap the serial collector is the better one: no threads of its own beside the tasks', and a pause over so
/// little is short. Above it the JVM chooses.
const SERIAL_UP_TO: u64 = 1 << 30;

/// The process that becomes the TaskManager `id`.
///
/// # Errors
/// When `process_bytes` cannot hold all parts of its memory.
pub fn launch(
    config: &Config,
    id: &TaskManagerId,
    slots: u32,
    process_bytes: u64,
) -> Result<Launch, TooSmall> {
    let parts = Parts::of_process(process_bytes)?;
    let output = config.logs.join(format!("{id}.out"));
    let mut args = jvm_options(config, id, &parts);
    args.extend([OsString::from("-cp"), class_path(config), MAIN.into()]);
    args.extend(["--configDir".into(), config.conf.clone().into_os_string()]);
    for option in flink_options(id, slots, &parts) {
        args.extend(["-D".into(), option.into()]);
    }
    Ok(Launch {
        program: config.java.clone(),
        args,
        env: environment(config),
        dir: config.logs.clone(),
        stdout: output.clone(),
        stderr: output,
    })
}

fn jvm_options(config: &Config, id: &TaskManagerId, parts: &Parts) -> Vec<OsString> {
    let mut options: Vec<OsString> = vec![
        format!("-Xmx{}", parts.heap()).into(),
        format!("-XX:MaxDirectMemorySize={}", parts.direct()).into(),
        format!("-XX:MaxMetaspaceSize={}", parts.metaspace).into(),
    ];
    if parts.heap() <= SERIAL_UP_TO {
        options.push("-XX:+UseSerialGC".into());
    }
    options
        .extend(OPENED.map(|package| OsString::from(format!("--add-opens=java.base/{package}=ALL-UNNAMED"))));
    let mut log = OsString::from("-Dlog.file=");
    log.push(config.logs.join(format!("{id}.log")));
    options.push(log);
    // log4j wants a URL here.
    if let Ok(url) = Url::from_file_path(config.conf.join("log4j.properties")) {
        options.push(format!("-Dlog4j.configurationFile={url}").into());
    }
    options
}

/// The configuration, then every jar of the library folder; `java` itself expands the star.
fn class_path(config: &Config) -> OsString {
    let mut path = config.conf.clone().into_os_string();
    path.push(":");
    path.push(config.lib.join("*"));
    path
}

fn flink_options(id: &TaskManagerId, slots: u32, parts: &Parts) -> Vec<String> {
    let bytes = |option: &str, bytes: u64| format!("taskmanager.memory.{option}={bytes}b");
    vec![
        format!("{RESOURCE_ID}{id}"),
        format!("taskmanager.numberOfTaskSlots={slots}"),
        format!("taskmanager.cpu.cores={slots}.0"),
        bytes("framework.heap.size", parts.framework_heap),
        bytes("task.heap.size", parts.task_heap),
        bytes("framework.off-heap.size", parts.framework_off_heap),
        bytes("task.off-heap.size", 0),
        bytes("network.min", parts.network),
        bytes("network.max", parts.network),
        bytes("managed.size", parts.managed),
        bytes("jvm-metaspace.size", parts.metaspace),
        bytes("jvm-overhead.min", parts.overhead),
        bytes("jvm-overhead.max", parts.overhead),
    ]
}

fn environment(config: &Config) -> BTreeMap<&'static str, OsString> {
    let conf = ("FLINK_CONF_DIR", config.conf.clone().into_os_string());
    // Flink's own layout; plugins are found through this variable only.
    let plugins: Option<PathBuf> = config
        .lib
        .parent()
        .map(|home| home.join("plugins"))
        .filter(|dir| dir.is_dir());
    [conf]
        .into_iter()
        .chain(plugins.map(|dir| ("FLINK_PLUGINS_DIR", dir.into_os_string())))
        .collect()
}

/// The TaskManager that a process is, told from its arguments; `None` unless it was started by this launcher, that is
/// with the same configuration and an id made from a step's key.
pub fn of_ours(config: &Config, args: &[String]) -> Option<TaskManagerId> {
    let after_main = &args[args.iter().position(|arg| arg == MAIN)? + 1..];
    let follows = |option: &str, value: &dyn Fn(&str) -> bool| {
        after_main
            .windows(2)
            .any(|pair| pair[0] == option && value(&pair[1]))
    };
    if !follows("--configDir", &|conf| config.conf.as_os_str() == conf) {
        return None;
    }
    let ids = after_main.windows(2).filter(|pair| pair[0] == "-D");
    let id = ids.filter_map(|pair| pair[1].strip_prefix(RESOURCE_ID)).next()?;
    made_by_a_step(id)
}

/// The id, if it has the form that a step's key gives it.
pub fn made_by_a_step(id: &str) -> Option<TaskManagerId> {
    let key = StepKey::parse(id.get(id.len().checked_sub(32)?..)?).ok()?;
    Some(TaskManagerId::of_step(&key)).filter(|made| made.as_str() == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> Config {
        Config {
            java: "/usr/bin/java".into(),
            lib: "/opt/flink/lib".into(),
            conf: "/opt/flink/my conf".into(),
            logs: "/var/log/flink".into(),
            memory_bytes: 1728 << 20,
            slots: 2,
            max: 4,
        }
    }

    fn id() -> TaskManagerId {
        TaskManagerId::of_step(&StepKey::parse("0123456789abcdef0123456789abcdef").unwrap())
    }

    fn args(config: &Config) -> Vec<String> {
        let launch = launch(config, &id(), 2, config.memory_bytes).unwrap();
        let program = launch.program.into_os_string();
        [program]
            .into_iter()
            .chain(launch.args)
            .map(|arg| arg.into_string().unwrap())
            .collect()
    }

    #[test]
    fn a_taskmanager_is_told_every_part_of_its_memory() {
        insta::assert_snapshot!("command_line", args(&config()).join("\n"));
    }

    #[test]
    fn a_process_of_ours_is_recognised_and_no_other() {
        let ours = args(&config());
        assert_eq!(of_ours(&config(), &ours), Some(id()));

        let elsewhere = Config {
            conf: "/opt/other/conf".into(),
            ..config()
        };
        assert_eq!(
            of_ours(&elsewhere, &ours),
            None,
            "started with another configuration"
        );
        let changed =
            |from: &str, to: &str| -> Vec<String> { ours.iter().map(|arg| arg.replace(from, to)).collect() };
        assert_eq!(
            of_ours(&config(), &changed(id().as_str(), "tm-1")),
            None,
            "named by somebody else"
        );
        assert_eq!(
            of_ours(&config(), &changed("TaskManagerRunner", "Other")),
            None,
            "another program"
        );
        assert_eq!(
            of_ours(&config(), &changed("-D", "-E")),
            None,
            "the id is no option"
        );
        assert_eq!(of_ours(&config(), &[]), None);
        assert_eq!(of_ours(&config(), &ours[..ours.len() - 28]), None);
    }

    #[test]
    fn an_id_is_ours_by_its_whole_form() {
        assert_eq!(made_by_a_step(id().as_str()), Some(id()));
        for other in [
            "tm-1",
            "sluice-",
            "0123456789abcdef0123456789abcdef",
            "sluice-0123456789ABCDEF0123456789abcdef",
            "é",
        ] {
            assert_eq!(made_by_a_step(other), None, "{other}");
        }
        assert_eq!(made_by_a_step(&format!("x{}", id())), None);
    }
}
