package orders;

import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.ParameterTool;

import java.nio.file.Path;
import java.time.Duration;

/**
 * A stateful, checkpointed streaming job whose numbers stay the same on a busy laptop.
 *
 * <pre>
 *   log (partitioned, has a backlog) -- keyBy --> work (keyed state, each record costs time) --> sink
 * </pre>
 *
 * The three vertices are never chained, so that each shows its own busy time and back pressure. All speed comes from
 * waiting, as if each order needed a call to a slow service: parallelism 4 does four times as much on two cores.
 *
 * <p>Arguments (README.md beside this folder explains them): {@code --rate-file} is required, all others have defaults.
 */
public final class Orders {
    /** Divisible by 2, 3, 4, 5, 6 and 8: at each of these the subtasks hold equally many key groups. */
    private static final int MAX_PARALLELISM = 120;

    private Orders() {}

    public static void main(String[] args) throws Exception {
        ParameterTool given = ParameterTool.fromArgs(args);
        Path rateFile = Path.of(given.getRequired("rate-file"));
        String name = given.get("name", "orders");
        Duration cost = milliseconds(given.getDouble("cost-ms", 5));
        int partitions = given.getInt("partitions", 24);
        int keys = given.getInt("keys", 10_000);
        int padding = given.getInt("padding-bytes", 4_000);
        int parallelism = given.getInt("parallelism", 0);
        Duration checkpoints = milliseconds(given.getDouble("checkpoint-interval-ms", 3_000));
        if (!given.getUnrequestedParameters().isEmpty()) {
            throw new IllegalArgumentException("unknown arguments: " + given.getUnrequestedParameters());
        }

        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        env.disableOperatorChaining();
        env.setMaxParallelism(MAX_PARALLELISM);
        if (parallelism > 0) { // else the one that Flink was asked for when the jar was run
            env.setParallelism(parallelism);
        }
        if (!checkpoints.isZero()) {
            env.enableCheckpointing(checkpoints.toMillis());
            // The default 0 restarts the job at each checkpoint that fails, for instance by a rescale in its middle.
            env.getCheckpointConfig().setTolerableCheckpointFailureNumber(Integer.MAX_VALUE);
        }

        PartitionedLog log = new PartitionedLog(rateFile, partitions, keys, padding);
        env.fromSource(log, WatermarkStrategy.noWatermarks(), "log", TypeInformation.of(Order.class))
                .uid("log")
                .keyBy(order -> order.key)
                .process(new Work(cost))
                .name("work")
                .uid("work")
                .sinkTo(new DiscardingSink<>())
                .name("sink")
                .uid("sink");
        env.execute(name);
    }

    private static Duration milliseconds(double count) {
        return Duration.ofNanos(Math.round(count * 1_000_000));
    }
}
