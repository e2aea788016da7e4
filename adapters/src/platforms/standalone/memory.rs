//! How the memory of a TaskManager process is divided: Flink's own model, computed here because a TaskManager that is
//! started without Flink's shell scripts must be told every part
//! (<https://nightlies.apache.org/flink/flink-docs-release-2.3/docs/deployment/memory/mem_setup_tm/>).

const MIB: u64 = 1 << 20;

/// Least heap for tasks that is worth a start. A process of 1 GiB would leave 26 MiB.
const LEAST_TASK_HEAP: u64 = 64 * MIB;

/// The smallest process that leaves [`LEAST_TASK_HEAP`], bytes.
pub const LEAST_PROCESS: u64 = 1088 * MIB;

/// A process too small to hold all parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a TaskManager of {} MiB has too little heap for tasks; give it {} MiB or more", process_bytes / MIB, LEAST_PROCESS / MIB)]
pub struct TooSmall {
    /// The size that was wanted, bytes.
    pub process_bytes: u64,
}

/// The parts of a TaskManager process, each in bytes; together they are the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts {
    /// `taskmanager.memory.framework.heap.size`
    pub framework_heap: u64,
    /// `taskmanager.memory.task.heap.size`
    pub task_heap: u64,
    /// `taskmanager.memory.framework.off-heap.size`
    pub framework_off_heap: u64,
    /// `taskmanager.memory.network.min` and `.max`
    pub network: u64,
    /// `taskmanager.memory.managed.size`
    pub managed: u64,
    /// `taskmanager.memory.jvm-metaspace.size`
    pub metaspace: u64,
    /// `taskmanager.memory.jvm-overhead.min` and `.max`
    pub overhead: u64,
}

impl Parts {
    /// Divides `taskmanager.memory.process.size`, in bytes, by Flink's default fractions.
    ///
    /// # Errors
    /// When too little would be left for the heap of tasks.
    pub fn of_process(process_bytes: u64) -> Result<Self, TooSmall> {
        let divided = || {
            let metaspace = 256 * MIB;
            let overhead = (process_bytes / 10).clamp(192 * MIB, 1024 * MIB);
            let flink = process_bytes.checked_sub(metaspace + overhead)?;
            let (framework_heap, framework_off_heap) = (128 * MIB, 128 * MIB);
            let managed = flink / 5 * 2;
            let network = (flink / 10).max(64 * MIB);
            let task_heap = flink.checked_sub(framework_heap + framework_off_heap + managed + network)?;
            Some(Self {
                framework_heap,
                task_heap,
                framework_off_heap,
                network,
                managed,
                metaspace,
                overhead,
            })
        };
        divided()
            .filter(|parts| parts.task_heap >= LEAST_TASK_HEAP)
            .ok_or(TooSmall { process_bytes })
    }

    /// `-Xmx`, bytes.
    pub fn heap(&self) -> u64 {
        self.framework_heap + self.task_heap
    }

    /// `-XX:MaxDirectMemorySize`, bytes.
    pub fn direct(&self) -> u64 {
        self.framework_off_heap + self.network
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_divided_as_flink_divides_it() {
        // Process in MiB; then managed, network, task heap, overhead in bytes, as `BashJavaUtils GET_TM_RESOURCE_PARAMS`
        // of Flink 2.3.0 prints them. It calculates with fractions in floating point: a few bytes go elsewhere.
        for (process, flinks) in [
            (2048, [665_719_939, 166_429_984, 563_714_445, 214_748_368]),
            (4096, [1_438_814_063, 359_703_515, 1_530_082_070, 429_496_736]),
        ] {
            let parts = Parts::of_process(process * MIB).unwrap();
            let ours = [parts.managed, parts.network, parts.task_heap, parts.overhead];
            for (ours, flinks) in ours.into_iter().zip(flinks) {
                assert!(ours.abs_diff(flinks) <= 32, "{process}: {ours} and {flinks}");
            }
        }
    }

    #[test]
    fn a_process_without_heap_for_tasks_is_refused() {
        for mib in [0, 1, 400, 1024, 1087] {
            assert_eq!(
                Parts::of_process(mib * MIB),
                Err(TooSmall {
                    process_bytes: mib * MIB
                })
            );
        }
        assert!(Parts::of_process(LEAST_PROCESS).is_ok());
    }

    proptest::proptest! {
        #[test]
        fn the_parts_are_the_process(process in LEAST_PROCESS..=1 << 40) {
            let parts = Parts::of_process(process).unwrap();
            let all = parts.heap() + parts.direct() + parts.managed + parts.metaspace + parts.overhead;
            proptest::prop_assert_eq!(all, process);
        }
    }
}
