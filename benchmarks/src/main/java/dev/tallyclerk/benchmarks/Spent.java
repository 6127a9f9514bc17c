package dev.tallyclerk.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The cost of a whole process.
 *
 * @param cpu the user and system CPU time, in nanoseconds
 * @param wall the wall-clock time, in nanoseconds
 * @param peakBytes the highest resident memory of one of the script's processes, in bytes; 0 if the system does not
 *     report it
 */
record Spent(double cpu, double wall, double peakBytes) {
    private static final long POLL_MILLIS = 10;

    /** Runs a bash script to its end; its output is discarded. */
    static Spent by(String script) throws IOException, InterruptedException {
        List<String> command = List.of(
                "bash", "-c", "TIMEFORMAT='%R %U %S'; time { { " + script + "; } >/dev/null 2>/dev/null; } || exit 1");
        Process process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        process.getOutputStream().close();
        double peak = 0;
        // The system keeps each process's highest mark, so polling misses little of it.
        while (!process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
            try (Stream<ProcessHandle> started = process.descendants()) {
                peak = Math.max(peak, started.mapToDouble(Spent::highest).max().orElse(0));
            }
        }
        try (InputStream in = process.getErrorStream()) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
            if (process.exitValue() != 0) {
                throw new IOException(script + " failed: " + text);
            }
            String[] seconds = text.split(" ", -1);
            return new Spent(
                    (Double.parseDouble(seconds[1]) + Double.parseDouble(seconds[2])) * 1e9,
                    Double.parseDouble(seconds[0]) * 1e9,
                    peak);
        }
    }

    private static double highest(ProcessHandle process) {
        Path status = Path.of("/proc", String.valueOf(process.pid()), "status");
        try (Stream<String> lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith("VmHWM:"))
                    .mapToDouble(line -> 1024 * Double.parseDouble(line.replaceAll("[^0-9]", "")))
                    .findFirst()
                    .orElse(0);
        } catch (IOException | UncheckedIOException e) {
            return 0; // the process has ended, or the system has no /proc
        }
    }
}
