package orders;

import java.util.concurrent.locks.LockSupport;

/**
 * Makes each record cost an exact time on average, although a timer always wakes late, and later on a busy machine: the
 * cost is a debt, and what a sleep took too long is paid towards the next records. Flink counts the sleep as busy.
 */
final class Pace {
    /** Shorter sleeps would be mostly overhead. */
    private static final long WORTH_SLEEPING_NANOS = 2_000_000;

    /** What a longer sleep than this lost is lost: a suspended laptop must not wake up infinitely fast. */
    private static final long MOST_CREDIT_NANOS = 200_000_000;

    private final long costNanos;
    private long owedNanos;

    Pace(long costNanos) {
        this.costNanos = costNanos;
    }

    void spendOne() {
        owedNanos += costNanos;
        if (owedNanos >= WORTH_SLEEPING_NANOS) {
            long asleepSince = System.nanoTime();
            LockSupport.parkNanos(owedNanos);
            owedNanos = Math.max(owedNanos - (System.nanoTime() - asleepSince), -MOST_CREDIT_NANOS);
        }
    }
}
