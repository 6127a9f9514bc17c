package dev.tallyclerk.registry.okhttp;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.http.okhttp.OkHttpTransport;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.client.RegistryClient;
import dev.tallyclerk.registry.image.BlobContent;
import dev.tallyclerk.registry.image.BuiltImage;
import dev.tallyclerk.registry.image.ImageCopier;
import dev.tallyclerk.registry.image.ImageDestination;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.layout.OciLayoutWriter;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.Manifest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.Map;
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

    private static ImageSource generated() {
        Descriptor config = Descriptor.ofContent("application/vnd.example.config+json", CONFIG);
        Descriptor small = Descriptor.ofContent("application/vnd.example.layer", SMALL);
        Manifest manifest = ImageManifest.builder(config)
                .layer(Descriptor.of("application/vnd.example.layer", ZEROS, SIZE))
                .layer(small)
                .build();
        return BuiltImage.of(
                "generated",
                manifest,
                Map.of(
                        ZEROS,
                        Zeros::new,
                        config.digest(),
                        BlobContent.of(CONFIG),
                        small.digest(),
                        BlobContent.of(SMALL)));
    }

    /**
     * Copies to the first registry, from there to the second one, and from there into a layout.
     *
     * @param arguments the hosts of two registries, and a folder
     */
    public static void main(String[] arguments) throws IOException {
        RegistryClient client = RegistryClient.of(OkHttpTransport.of(new OkHttpClient()));
        Reference first = Reference.parse(arguments[0] + "/large:1");
        Reference second = Reference.parse(arguments[1] + "/large:1");
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            ImageCopier copier = ImageCopier.create().withExecutor(threads, 3);
            copy(copier, generated(), client.destination(first));
            copy(copier, client.image(first), client.destination(second));
            OciLayoutWriter layout = OciLayoutWriter.create(Path.of(arguments[2]), Clock.systemUTC());
            copy(copier, client.image(second), layout.destination("1"));
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
