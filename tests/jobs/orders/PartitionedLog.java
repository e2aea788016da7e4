package orders;

import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.core.io.SimpleVersionedSerializer;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * An endless log in partitions, as Kafka has it: what has arrived and was not read yet is a real backlog, reported as
 * {@code pendingRecords} (FLIP-33, the metric that Kafka sources have).
 *
 * <p>Each partition remembers its offset in the reader's state, so a restart goes on exactly where the checkpoint was,
 * and Flink spreads the partitions anew when the parallelism changes.
 */
final class PartitionedLog implements Source<Order, Partition, List<Partition>> {
    private static final long serialVersionUID = 1L;

    private final String rateFile;
    private final int partitions;
    private final int keys;
    private final int padding;

    PartitionedLog(Path rateFile, int partitions, int keys, int padding) {
        this.rateFile = rateFile.toString(); // a Path cannot be serialized
        this.partitions = partitions;
        this.keys = keys;
        this.padding = padding;
    }

    @Override
    public Boundedness getBoundedness() {
        return Boundedness.CONTINUOUS_UNBOUNDED;
    }

    @Override
    public SourceReader<Order, Partition> createReader(SourceReaderContext context) {
        return new Reader(context);
    }

    @Override
    public SplitEnumerator<Partition, List<Partition>> createEnumerator(SplitEnumeratorContext<Partition> context) {
        List<Partition> all = IntStream.range(0, partitions).mapToObj(index -> new Partition(index, 0)).toList();
        return new PartitionAssigner(context, all);
    }

    @Override
    public SplitEnumerator<Partition, List<Partition>> restoreEnumerator(
            SplitEnumeratorContext<Partition> context, List<Partition> unassigned) {
        return new PartitionAssigner(context, unassigned);
    }

    @Override
    public SimpleVersionedSerializer<Partition> getSplitSerializer() {
        return new Partition.Serializer();
    }

    @Override
    public SimpleVersionedSerializer<List<Partition>> getEnumeratorCheckpointSerializer() {
        return new PartitionAssigner.Serializer();
    }

    /** Reads its partitions in turn, one order a call. */
    private final class Reader implements SourceReader<Order, Partition> {
        /** How long to rest when all that has arrived is read. */
        private static final long REST_MS = 10;

        private final ArrivalCurve curve = new ArrivalCurve(Path.of(rateFile));
        private final List<Partition> mine = new CopyOnWriteArrayList<>();
        private final byte[] weight = new byte[padding];
        private int turn;

        Reader(SourceReaderContext context) {
            context.metricGroup().setPendingRecordsGauge(this::pending);
            context.metricGroup().gauge("readTotal", this::read);
        }

        @Override
        public void start() {}

        @Override
        public InputStatus pollNext(ReaderOutput<Order> output) {
            long now = System.currentTimeMillis();
            curve.refresh(now);
            long arrived = curve.arrivedBy(now);
            for (int tried = 0; tried < mine.size(); tried++) {
                Partition partition = mine.get(turn++ % mine.size());
                long number = partition.offset * partitions + partition.index;
                if (number < arrived) {
                    output.collect(new Order(keyOf(number), number, weight), curve.arrivalOf(number));
                    partition.offset++;
                    return InputStatus.MORE_AVAILABLE;
                }
            }
            return InputStatus.NOTHING_AVAILABLE;
        }

        @Override
        public CompletableFuture<Void> isAvailable() {
            return new CompletableFuture<Void>().completeOnTimeout(null, REST_MS, TimeUnit.MILLISECONDS);
        }

        @Override
        public void addSplits(List<Partition> splits) {
            mine.addAll(splits);
            turn = 0;
        }

        @Override
        public List<Partition> snapshotState(long checkpointId) {
            return mine.stream().map(Partition::copy).toList();
        }

        @Override
        public void notifyNoMoreSplits() {}

        @Override
        public void close() {}

        private long read() {
            return mine.stream().mapToLong(partition -> partition.offset).sum();
        }

        private long pending() {
            long arrived = curve.arrivedBy(System.currentTimeMillis());
            return mine.stream().mapToLong(partition -> pendingIn(partition, arrived)).sum();
        }

        private long pendingIn(Partition partition, long arrived) {
            long arrivedHere = Math.floorDiv(arrived + partitions - 1 - partition.index, partitions);
            return Math.max(0, arrivedHere - partition.offset);
        }

        private int keyOf(long number) {
            // Fibonacci hashing: neighbours in the log belong to keys far apart.
            return (int) Long.remainderUnsigned((number * 0x9E3779B97F4A7C15L) >>> 16, keys);
        }
    }
}
