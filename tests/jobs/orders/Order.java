package orders;

/** One record of the log. A Flink POJO: public fields and a constructor without arguments. */
public class Order {
    /** Whose order it is; the state of {@link Work} is kept per key. */
    public int key;

    /** Its number over all partitions, counted from 0 in the order of arrival. */
    public long number;

    /**
     * Nothing but weight. A network buffer of 32 kB holds 8 orders of 4 kB, so few orders wait between two vertices and
     * a checkpoint's barrier passes them in about a second, also under back pressure.
     */
    public byte[] padding;

    public Order() {}

    Order(int key, long number, byte[] padding) {
        this.key = key;
        this.number = number;
        this.padding = padding;
    }
}
