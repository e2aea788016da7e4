package orders;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/**
 * How many records the log holds at a moment, as told by a file that may grow while the job runs.
 *
 * <p>Each line is {@code epochMillis recordsPerSecond}: the rate from then on. What has arrived by now is the integral,
 * so it depends neither on who reads nor on restarts. {@code echo "$(date +%s%3N) 200" >> FILE} changes the rate.
 */
final class ArrivalCurve {
    private static final long LOOK_AGAIN_AFTER_MS = 200;

    /** From {@code since} on, {@code perSecond} arrive; {@code before} had arrived until then. */
    private record Piece(long since, double perSecond, double before) {
        double arrivedBy(long epochMs) {
            return before + perSecond * Math.max(0, epochMs - since) / 1_000;
        }
    }

    private record Version(long modified, long size) {}

    private final Path file;
    private volatile List<Piece> pieces = List.of();
    private Version version;
    private long lookedAt;

    ArrivalCurve(Path file) {
        this.file = file;
        readIfChanged();
    }

    /** Records that have arrived by this moment. Never reads the file, so any thread may ask. */
    long arrivedBy(long epochMs) {
        List<Piece> now = pieces;
        for (int i = now.size() - 1; i >= 0; i--) {
            if (now.get(i).since <= epochMs) {
                return (long) now.get(i).arrivedBy(epochMs);
            }
        }
        return 0;
    }

    /** When record {@code number} (from 0) arrived, in epoch milliseconds; it must have arrived. */
    long arrivalOf(long number) {
        List<Piece> now = pieces;
        for (int i = now.size() - 1; i >= 0; i--) {
            Piece piece = now.get(i);
            if (piece.before < number + 1 && piece.perSecond > 0) {
                return piece.since + (long) ((number + 1 - piece.before) / piece.perSecond * 1_000);
            }
        }
        throw new IllegalStateException("record " + number + " has not arrived");
    }

    /** Reads the file again if it changed; looks at most every {@value #LOOK_AGAIN_AFTER_MS} ms. */
    void refresh(long epochMs) {
        if (Math.abs(epochMs - lookedAt) >= LOOK_AGAIN_AFTER_MS) {
            lookedAt = epochMs;
            readIfChanged();
        }
    }

    private void readIfChanged() {
        try {
            BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
            Version current = new Version(found.lastModifiedTime().toMillis(), found.size());
            if (!current.equals(version)) {
                pieces = parse(Files.readString(file));
                version = current;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the arrival curve " + file + " cannot be read", e);
        }
    }

    private static List<Piece> parse(String text) {
        List<Piece> pieces = new ArrayList<>();
        // A last line without its end may still be in the writing.
        String whole = text.substring(0, text.lastIndexOf('\n') + 1);
        for (String line : whole.lines().filter(l -> !l.isBlank()).toList()) {
            String[] words = line.strip().split("\\s+");
            long since = Long.parseLong(words[0]);
            double perSecond = Double.parseDouble(words[1]);
            double before = 0;
            if (!pieces.isEmpty()) {
                Piece last = pieces.get(pieces.size() - 1);
                if (since < last.since) {
                    throw new IllegalArgumentException("arrival curve: " + since + " stands after " + last.since);
                }
                before = last.arrivedBy(since);
            }
            pieces.add(new Piece(since, perSecond, before));
        }
        return List.copyOf(pieces);
    }
}
