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

/** Pulls an image into a folder as {@link RegistryPull} does, with the library that the first argument names. */
final class PeerPull {
    private PeerPull() {}

    /** Arguments: which library, the image's name, and the folder. */
    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[2]);
        switch (args[0]) {
            case "jib" -> jib(args[1], folder);
            case "oras-java" -> oras(args[1], folder);
            default -> throw new IllegalArgumentException(args[0]);
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
