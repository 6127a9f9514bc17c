package dev.tallyclerk.benchmarks;

import dev.tallyclerk.registry.inventory.Inventory;
import dev.tallyclerk.registry.vulnerability.VulnerabilityDatabase;
import dev.tallyclerk.registry.vulnerability.VulnerabilityReport;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Matches images with a mirror, in a process of its own. */
public final class FreshVulnerabilities {
    private static final int ROUNDS = 50;

    private FreshVulnerabilities() {}

    /**
     * Arguments: the mirror; {@code cold} to match images in one pass; {@code warm} to match them one by one, and print
     * the median CPU time of one more image; the number of images.
     */
    public static void main(String[] args) throws Exception {
        VulnerabilityDatabase database = VulnerabilityDatabase.open(Path.of(args[0]));
        int images = Integer.parseInt(args[2]);
        if (args[1].equals("cold")) {
            List<Inventory> all = new ArrayList<>();
            for (int i = 0; i < images; i++) {
                all.add(VulnerabilityMirror.inventory(300, i));
            }
            database.matchAll(all).forEach(FreshVulnerabilities::check);
            return;
        }
        for (int i = 0; i < images; i++) {
            check(database.match(VulnerabilityMirror.inventory(300, i)));
        }
        long[] rounds = new long[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            Inventory image = VulnerabilityMirror.inventory(300, i);
            long start = cpu();
            check(database.match(image));
            rounds[i] = cpu() - start;
        }
        Arrays.sort(rounds);
        System.out.println(rounds[ROUNDS / 2]);
    }

    private static void check(VulnerabilityReport report) {
        if (report.matches().isEmpty() || !report.isComplete()) {
            throw new IllegalStateException(report + ": " + report.gaps());
        }
    }

    private static long cpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
