package orders;

import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the orders of each key and takes its time about it.
 *
 * <p>The gauge {@code stateTotal}, summed over the subtasks, is the number of orders in state. The total is kept as
 * operator state, which Flink deals out to the new subtasks as it stands: once all orders are worked off it equals the
 * source's {@code readTotal}, however often the job was rescaled or killed, unless an order was lost or counted twice.
 */
final class Work extends KeyedProcessFunction<Integer, Order, Order> implements CheckpointedFunction {
    private static final long serialVersionUID = 1L;

    private final long costNanos;
    private final AtomicLong total = new AtomicLong(); // read by the metrics too

    private transient Pace pace;
    private transient ValueState<Long> ordersOfKey;
    private transient ListState<Long> totals;

    Work(Duration cost) {
        this.costNanos = cost.toNanos();
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        totals = context.getOperatorStateStore().getListState(new ListStateDescriptor<>("totals", Long.class));
        for (long restored : totals.get()) {
            total.addAndGet(restored);
        }
    }

    @Override
    public void open(OpenContext context) {
        pace = new Pace(costNanos);
        ordersOfKey = getRuntimeContext().getState(new ValueStateDescriptor<>("orders", Long.class));
        getRuntimeContext().getMetricGroup().gauge("stateTotal", total::get);
    }

    @Override
    public void processElement(Order order, Context context, Collector<Order> out) throws Exception {
        pace.spendOne();
        Long before = ordersOfKey.value();
        ordersOfKey.update(before == null ? 1 : before + 1);
        total.incrementAndGet();
        out.collect(order);
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
        totals.update(List.of(total.get()));
    }
}
