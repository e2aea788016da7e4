package orders;

import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives each partition to a reader once, when <em>all</em> readers have registered: given out earlier, the first reader
 * would get everything. After a restart the readers bring their partitions along, and there is nothing left to give.
 */
final class PartitionAssigner implements SplitEnumerator<Partition, List<Partition>> {
    private final SplitEnumeratorContext<Partition> context;
    private final List<Partition> unassigned;

    PartitionAssigner(SplitEnumeratorContext<Partition> context, List<Partition> unassigned) {
        this.context = context;
        this.unassigned = new ArrayList<>(unassigned);
    }

    @Override
    public void start() {}

    @Override
    public void addReader(int subtask) {
        int readers = context.currentParallelism();
        if (context.registeredReaders().size() < readers) {
            return;
        }
        unassigned.forEach(partition -> context.assignSplit(partition, partition.index % readers));
        unassigned.clear();
    }

    /** A reader failed before its partitions were in a checkpoint: they are given out when it registers again. */
    @Override
    public void addSplitsBack(List<Partition> partitions, int subtask) {
        unassigned.addAll(partitions);
    }

    @Override
    public void handleSplitRequest(int subtask, String host) {
        // Readers are given their partitions; they never ask.
    }

    @Override
    public List<Partition> snapshotState(long checkpointId) {
        return List.copyOf(unassigned);
    }

    @Override
    public void close() {}

    /** The partitions one after the other. */
    static final class Serializer implements SimpleVersionedSerializer<List<Partition>> {
        private static final int PARTITION_BYTES = 12;

        private final Partition.Serializer one = new Partition.Serializer();

        @Override
        public int getVersion() {
            return one.getVersion();
        }

        @Override
        public byte[] serialize(List<Partition> partitions) {
            ByteBuffer out = ByteBuffer.allocate(partitions.size() * PARTITION_BYTES);
            partitions.forEach(partition -> out.put(one.serialize(partition)));
            return out.array();
        }

        @Override
        public List<Partition> deserialize(int version, byte[] bytes) throws IOException {
            List<Partition> partitions = new ArrayList<>();
            ByteBuffer in = ByteBuffer.wrap(bytes);
            while (in.hasRemaining()) {
                byte[] next = new byte[PARTITION_BYTES];
                in.get(next);
                partitions.add(one.deserialize(version, next));
            }
            return partitions;
        }
    }
}
