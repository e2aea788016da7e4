package orders;

import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.core.io.SimpleVersionedSerializer;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * One partition of the log and how far it was read. Record {@code n} of the log is record {@code n / partitions} of
 * partition {@code n % partitions}.
 */
final class Partition implements SourceSplit {
    /** Its number, from 0. */
    final int index;

    /** The next record to read. Written by the task, read by the metrics too. */
    volatile long offset;

    Partition(int index, long offset) {
        this.index = index;
        this.offset = offset;
    }

    @Override
    public String splitId() {
        return Integer.toString(index);
    }

    Partition copy() {
        return new Partition(index, offset);
    }

    /** Index and offset, 12 bytes. */
    static final class Serializer implements SimpleVersionedSerializer<Partition> {
        @Override
        public int getVersion() {
            return 1;
        }

        @Override
        public byte[] serialize(Partition partition) {
            return ByteBuffer.allocate(12).putInt(partition.index).putLong(partition.offset).array();
        }

        @Override
        public Partition deserialize(int version, byte[] bytes) throws IOException {
            ByteBuffer in = ByteBuffer.wrap(bytes);
            return new Partition(in.getInt(), in.getLong());
        }
    }
}
