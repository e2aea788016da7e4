//! Stands for `java` in stories that start TaskManager processes.

fn main() -> std::process::ExitCode {
    fakes::task_manager::main()
}
