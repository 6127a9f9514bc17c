package dev.tallyclerk.benchmarks;

import dev.tallyclerk.registry.inventory.Inventory;
import dev.tallyclerk.registry.vulnerability.VulnerabilityDatabase;
import dev.tallyclerk.registry.vulnerability.VulnerabilityReport;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Matches images with a mirror, in a process of its own. */
public final class FreshVulnerabilities {
    private static final int ROUNDS = 50;

    private FreshVulnerabilities() {}

    /** Arguments: the mirror; {@code cold}, or {@code warm} to print the CPU time of the last round; the images. */
    public static void main(String[] args) throws Exception {
        List<Inventory> images = new ArrayList<>();
        for (int i = 0; i < Integer.parseInt(args[2]); i++) {
            images.add(VulnerabilityMirror.inventory(300, i));
        }
        VulnerabilityDatabase database = VulnerabilityDatabase.open(Path.of(args[0]));
        long last = 0;
        for (int round = args[1].equals("warm") ? ROUNDS : 1; round > 0; round--) {
            long start = cpu();
            for (VulnerabilityReport report : database.matchAll(images)) {
                if (report.matches().isEmpty() || !report.isComplete()) {
                    throw new IllegalStateException(report + ": " + report.gaps());
                }
            }
            last = cpu() - start;
        }
        System.out.println(last);
    }

    private static long cpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
