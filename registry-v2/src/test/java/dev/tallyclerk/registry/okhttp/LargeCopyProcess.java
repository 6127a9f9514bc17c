package dev.tallyclerk.registry.okhttp;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.client.RegistryClient;
import dev.tallyclerk.registry.layout.FetchedManifest;
import dev.tallyclerk.registry.layout.ImageCopier;
import dev.tallyclerk.registry.layout.ImageDestination;
import dev.tallyclerk.registry.layout.ImageSource;
import dev.tallyclerk.registry.layout.OciLayoutWriter;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.Manifest;
import dev.tallyclerk.registry.model.MediaType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import okhttp3.OkHttpClient;

/** A Java process of its own that copies an image with a layer of 1 GiB, and another one beside it. */
final class LargeCopyProcess {
    private static final long SIZE = 1L << 30;
    private static final Digest ZEROS =
            Digest.parse("sha256:49bc20df15e412a64472421e13fe86ff1c5165e18b2afccf160d4dc19fe68a14");
    private static final byte[] CONFIG = "{}".getBytes(StandardCharsets.UTF_8);
    private static final byte[] SMALL = new byte[5 << 20];

    private LargeCopyProcess() {}

    /** What is in no file and no memory. */
    private static final class Zeros extends InputStream {
        private long left = SIZE;

        @Override
        public int read() {
            return left-- > 0 ? 0 : -1;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) {
            if (left <= 0) {
                return -1;
            }
            int n = (int) Math.min(left, length);
            Arrays.fill(buffer, offset, offset + n, (byte) 0);
            left -= n;
            return n;
        }
    }

    private static final class Generated implements ImageSource {
        private final Manifest manifest = ImageManifest.builder(
                        Descriptor.ofContent("application/vnd.example.config+json", CONFIG))
                .layer(Descriptor.of("application/vnd.example.layer", ZEROS, SIZE))
                .layer(Descriptor.ofContent("application/vnd.example.layer", SMALL))
                .build();

        @Override
        public String name() {
            return "generated";
        }

        @Override
        public ResolvedDigest resolve() {
            return ResolvedDigest.of(manifest.digest(), "the test");
        }

        @Override
        public Optional<FetchedManifest> unverifiedManifest(Digest digest, int maxBytes) {
            return Optional.of(FetchedManifest.of(manifest.bytes(), MediaType.OCI_MANIFEST));
        }

        @Override
        public Optional<InputStream> unverifiedBlob(Descriptor descriptor) {
            if (descriptor.size() == SIZE) {
                return Optional.of(new Zeros());
            }
            return Optional.of(new ByteArrayInputStream(descriptor.size() == CONFIG.length ? CONFIG : SMALL));
        }

        @Override
        public void close() {}
    }

    /**
     * Copies to the first registry, from there to the second one, and from there into a layout.
     *
     * @param arguments the hosts of two registries, and a folder
     */
    public static void main(String[] arguments) throws IOException {
        RegistryClient client =
                RegistryClient.of(new OkHttpTransport(new OkHttpClient())).withPlainHttp(true);
        Reference first = Reference.parse(arguments[0] + "/large:1");
        Reference second = Reference.parse(arguments[1] + "/large:1");
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            ImageCopier copier = ImageCopier.create().withExecutor(threads, 3);
            copy(copier, new Generated(), client.destination(first));
            copy(copier, client.image(first), client.destination(second));
            OciLayoutWriter layout = OciLayoutWriter.at(Path.of(arguments[2]), Instant.now());
            copy(copier, client.image(second), layout.image("1"));
        } finally {
            threads.shutdownNow();
        }
        System.exit(0); // OkHttp's threads would keep the process for a while
    }

    private static void copy(ImageCopier copier, ImageSource source, ImageDestination destination) throws IOException {
        try (source) {
            System.out.println(copier.copy(source, destination).copied().size());
        }
    }
}
