package dev.tallyclerk.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import dev.tallyclerk.http.HttpSettings;
import dev.tallyclerk.http.jdk.UrlConnectionTransport;
import dev.tallyclerk.trust.bouncycastle.BouncyCastleEngine;
import dev.tallyclerk.trust.notary.NotaryClient;
import dev.tallyclerk.trust.notary.NotaryFiles;
import dev.tallyclerk.trust.notary.NotaryRootTrust;
import dev.tallyclerk.trust.notary.metadata.NotaryException;
import dev.tallyclerk.trust.store.MetadataStore;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Verifies a Notary v1 collection in a process of its own, for {@link NotaryComparison}. */
public final class FreshNotary {
    /** Verifications before those that count, for each of them. */
    private static final int WARM_UP = 5;

    /** The name of the engine on Bouncy Castle. */
    static final String BOUNCY_CASTLE = "bouncycastle";

    private FreshNotary() {}

    /**
     * Verifies once; or, after a warm-up, many times, and prints the process's CPU time of one verification in
     * nanoseconds.
     *
     * <p>Arguments: the server's address, the collection's name, a folder for the stores, how often, and the engine for
     * signatures: {@code runtime} or {@code bouncycastle}.
     */
    public static void main(String[] args) throws Exception {
        int times = Integer.parseInt(args[3]);
        Path folder = Path.of(args[2]);
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            HttpSettings http = HttpSettings.of(UrlConnectionTransport.of(threads));
            URI server = URI.create(args[0]);
            NotaryClient client =
                    NotaryClient.of(args[1], NotaryFiles.ofServer(server, args[1], http), NotaryRootTrust.firstUse());
            if (args[4].equals(BOUNCY_CASTLE)) {
                client = client.withSignatureEngine(BouncyCastleEngine.of());
            }
            if (times == 1) {
                verify(client, folder);
                return;
            }
            for (int i = 0; i < WARM_UP * times; i++) {
                verify(client, folder.resolve("warm-" + i));
            }
            OperatingSystemMXBean process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
            long start = process.getProcessCpuTime();
            for (int i = 0; i < times; i++) {
                verify(client, folder.resolve("store-" + i));
            }
            System.out.println((process.getProcessCpuTime() - start) / times);
        } finally {
            threads.shutdown();
        }
    }

    private static void verify(NotaryClient client, Path store) throws NotaryException {
        if (client.withStore(MetadataStore.inDirectory(store))
                .update()
                .targets()
                .isEmpty()) {
            throw new IllegalStateException("no targets");
        }
    }
}
