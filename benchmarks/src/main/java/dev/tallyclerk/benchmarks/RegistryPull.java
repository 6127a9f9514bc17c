package dev.tallyclerk.benchmarks;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.TarImage;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.client.RegistryClient;
import dev.tallyclerk.registry.layout.ImageCopier;
import dev.tallyclerk.registry.layout.ImageSource;
import dev.tallyclerk.registry.layout.OciLayout;
import dev.tallyclerk.registry.layout.OciLayoutWriter;
import dev.tallyclerk.registry.okhttp.OkHttpTransport;
import dev.tallyclerk.registry.verify.ImageVerification;
import dev.tallyclerk.registry.verify.ImageVerifier;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import land.oras.ContainerRef;
import land.oras.CopyUtils;
import land.oras.LayoutRef;
import land.oras.OCILayout;
import land.oras.Registry;
import okhttp3.ConnectionSpec;
import okhttp3.OkHttpClient;

/**
 * Pulls an image into a folder, by the library that the first argument names: a process of its own, so that all of it
 * is measured.
 */
final class RegistryPull {
    private static final int CONNECTIONS = 2;

    private RegistryPull() {}

    /** Arguments: which library, the image's name, and the folder. */
    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[2]);
        switch (args[0]) {
            case "tallyclerk" -> pull(args[1], folder);
            case "tallyclerk-verify" -> {
                pull(args[1], folder);
                verify(folder);
            }
            case "jib" -> jib(args[1], folder);
            case "oras-java" -> oras(args[1], folder);
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    private static void pull(String name, Path folder) throws IOException {
        // Who knows that there is no TLS need not have OkHttp prepare for it.
        OkHttpClient http = new OkHttpClient.Builder()
                .connectionSpecs(List.of(ConnectionSpec.CLEARTEXT))
                .build();
        RegistryClient client = RegistryClient.of(new OkHttpTransport(http)).withPlainHttp(true);
        ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS - 1);
        try (ImageSource image = client.image(Reference.parse(name))) {
            ImageCopier.create()
                    .withExecutor(threads, CONNECTIONS)
                    .copy(image, OciLayoutWriter.at(folder, Instant.now()).image("1"));
        } finally {
            threads.shutdown();
        }
    }

    private static void verify(Path folder) throws IOException {
        try (ImageSource image = OciLayout.open(folder).image("1")) {
            ImageVerification verification = ImageVerifier.create().verify(image);
            if (verification.verdict() != ImageVerification.Verdict.VERIFIED) {
                throw new IllegalStateException(verification.problems().toString());
            }
        }
    }

    private static void jib(String name, Path folder) throws Exception {
        Jib.from(RegistryImage.named(name))
                .containerize(Containerizer.to(
                                TarImage.at(folder.resolve("image.tar")).named(ImageReference.of(null, "pulled", null)))
                        .setAllowInsecureRegistries(true)
                        .setBaseImageLayersCache(folder.resolve("cache"))
                        .setApplicationLayersCache(folder.resolve("cache")));
        System.exit(0); // its HTTP client's threads outlive the work
    }

    private static void oras(String name, Path folder) {
        Registry registry = Registry.Builder.builder().insecure().build();
        OCILayout layout = OCILayout.builder().defaults(folder).build();
        CopyUtils.copy(
                registry, ContainerRef.parse(name), layout, LayoutRef.of(layout, "1"), CopyUtils.CopyOptions.shallow());
        System.exit(0);
    }
}
