package dev.tallyclerk.benchmarks;

import dev.tallyclerk.http.HttpLimits;
import dev.tallyclerk.http.HttpSettings;
import dev.tallyclerk.http.okhttp.OkHttpTransport;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.client.RegistryClient;
import dev.tallyclerk.registry.image.ImageCopier;
import dev.tallyclerk.registry.image.ImageDestination;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.layout.OciLayout;
import dev.tallyclerk.registry.layout.OciLayoutWriter;
import dev.tallyclerk.registry.verify.ImageVerification;
import dev.tallyclerk.registry.verify.ImageVerifier;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import okhttp3.OkHttpClient;

/**
 * Pulls an image into a folder with this library: a process of its own, so that all of it is measured.
 *
 * @see PeerPull
 */
final class RegistryPull {
    private static final int CONNECTIONS = 2;

    private RegistryPull() {}

    /** Arguments: what to do, the image's name, and the folder. */
    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[2]);
        switch (args[0]) {
            case "tallyclerk" -> pull(args[1], folder, true);
            case "tallyclerk-unforced" -> pull(args[1], folder, false);
            case "tallyclerk-verify" -> {
                pull(args[1], folder, true);
                verify(folder);
            }
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    private static void pull(String name, Path folder, boolean forced) throws Exception {
        // One more blob than connections: while the disk is waited for, the connection has something to do.
        ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS);
        try {
            RegistryClient client = RegistryClient.of(HttpSettings.of(OkHttpTransport.of(new OkHttpClient()))
                    .withLimits(HttpLimits.defaults().withMaxRequestsPerHost(CONNECTIONS)));
            ImageDestination destination = OciLayoutWriter.create(folder, Clock.systemUTC())
                    .withForcing(forced)
                    .destination("1");
            try (ImageSource image = client.image(Reference.parse(name))) {
                ImageCopier.create().withExecutor(threads, CONNECTIONS + 1).copy(image, destination);
            }
        } finally {
            threads.shutdown();
        }
    }

    private static void verify(Path folder) throws IOException {
        try (ImageSource image = OciLayout.open(folder).requireImage("1")) {
            ImageVerification verification = ImageVerifier.create().verify(image);
            if (verification.verdict() != ImageVerification.Verdict.VERIFIED) {
                throw new IllegalStateException(verification.problems().toString());
            }
        }
    }
}
