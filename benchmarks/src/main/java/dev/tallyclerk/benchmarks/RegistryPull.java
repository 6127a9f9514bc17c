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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import okhttp3.OkHttpClient;
import okhttp3.tls.Certificates;
import okhttp3.tls.HandshakeCertificates;

/** Pulls an image into an OCI layout with this library, in a process of its own. */
final class RegistryPull {
    private static final int CONNECTIONS = 2;

    private RegistryPull() {}

    /**
     * Arguments: {@code tallyclerk}, {@code tallyclerk-unforced} (without fsync of blobs) or {@code tallyclerk-verify}
     * (then verifies the layout); the image's name; the layout's folder; for TLS, the PEM file of the CA.
     */
    public static void main(String[] args) throws Exception {
        Reference image = Reference.parse(args[1]);
        Path folder = Path.of(args[2]);
        HttpSettings http = args.length > 3 ? https(image, Path.of(args[3])) : settings(new OkHttpClient());
        switch (args[0]) {
            case "tallyclerk" -> pull(http, image, folder, true);
            case "tallyclerk-unforced" -> pull(http, image, folder, false);
            case "tallyclerk-verify" -> {
                pull(http, image, folder, true);
                verify(folder);
            }
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    private static HttpSettings https(Reference image, Path authority) throws IOException {
        HandshakeCertificates trusted = new HandshakeCertificates.Builder()
                .addTrustedCertificate(Certificates.decodeCertificatePem(Files.readString(authority)))
                .build();
        OkHttpClient client = new OkHttpClient.Builder()
                .sslSocketFactory(trusted.sslSocketFactory(), trusted.trustManager())
                .build();
        return settings(client).withHttps(image.domain());
    }

    private static HttpSettings settings(OkHttpClient client) {
        return HttpSettings.of(OkHttpTransport.of(client))
                .withLimits(HttpLimits.defaults().withMaxRequestsPerHost(CONNECTIONS));
    }

    private static void pull(HttpSettings http, Reference name, Path folder, boolean forced) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS);
        try {
            ImageDestination destination = OciLayoutWriter.create(folder, Clock.systemUTC())
                    .withFsync(forced)
                    .destination("1");
            try (ImageSource image = RegistryClient.of(http).image(name)) {
                // One blob more than connections, so that no connection is idle during an fsync.
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
