package dev.tallyclerk.benchmarks;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.TarImage;
import java.nio.file.Path;
import land.oras.ContainerRef;
import land.oras.CopyUtils;
import land.oras.LayoutRef;
import land.oras.OCILayout;
import land.oras.Registry;

/** Pulls an image into a folder with another Java library, in a process of its own. */
final class PeerPull {
    private PeerPull() {}

    /**
     * Arguments: {@code jib} or {@code oras-java}, the image's name, the folder, and the PEM file of the CA; without
     * one, oras-java speaks plain http.
     */
    public static void main(String[] args) {
        int status = 1;
        try {
            Path folder = Path.of(args[2]);
            switch (args[0]) {
                case "jib" -> jib(args[1], folder);
                case "oras-java" ->
                    oras(
                            args.length > 3
                                    ? Registry.Builder.builder().withCaFile(Path.of(args[3]))
                                    : Registry.Builder.builder().insecure(),
                            args[1],
                            folder);
                default -> throw new IllegalArgumentException(args[0]);
            }
            status = 0;
        } catch (Exception e) {
            System.err.println(e);
        }
        System.exit(status); // the threads of their HTTP clients outlive the pull, also one that failed
    }

    private static void jib(String name, Path folder) throws Exception {
        Jib.from(RegistryImage.named(name))
                .containerize(Containerizer.to(
                                TarImage.at(folder.resolve("image.tar")).named(ImageReference.of(null, "pulled", null)))
                        // Jib takes no CA file: it connects once more, over TLS without checking the certificate.
                        .setAllowInsecureRegistries(true)
                        .setBaseImageLayersCache(folder.resolve("cache"))
                        .setApplicationLayersCache(folder.resolve("cache")));
    }

    private static void oras(Registry.Builder settings, String name, Path folder) {
        Registry registry = settings.build();
        OCILayout layout = OCILayout.builder().defaults(folder).build();
        CopyUtils.copy(
                registry, ContainerRef.parse(name), layout, LayoutRef.of(layout, "1"), CopyUtils.CopyOptions.shallow());
    }
}
