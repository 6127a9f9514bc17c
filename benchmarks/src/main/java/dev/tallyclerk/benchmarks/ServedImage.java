package dev.tallyclerk.benchmarks;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import dev.tallyclerk.http.okhttp.OkHttpTransport;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.client.RegistryClient;
import dev.tallyclerk.registry.image.ImageCopier;
import dev.tallyclerk.registry.layout.OciLayout;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.ImageConfig;
import dev.tallyclerk.registry.model.ImageIndex;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.registry.model.Platform;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;

/** A large image of six layers in a docker-registry of its own. */
final class ServedImage implements Closeable {
    static final String PROGRAM = "docker-registry";

    private static final String LAYER = "application/vnd.oci.image.layer.v1.tar+gzip";
    private static final int LAYERS = 6;
    private static final int TRIES = 300;

    private final Process registry;
    private final String name;
    private final long bytes;

    private ServedImage(Process registry, String name, long bytes) {
        this.registry = registry;
        this.name = name;
        this.bytes = bytes;
    }

    /**
     * Makes an image of so many bytes before they are compressed, starts a registry below {@code folder}, and pushes
     * it.
     */
    static ServedImage start(Path folder, long unpacked) throws IOException, InterruptedException {
        Path layout = folder.resolve("source");
        long size = write(layout, folder, unpacked);
        int port = freePort();
        Path config = Files.writeString(folder.resolve("registry.yml"), """
                version: 0.1
                log: {level: error}
                storage: {filesystem: {rootdirectory: %s}}
                http: {addr: "127.0.0.1:%d", secret: benchmark}
                """.formatted(folder.resolve("storage"), port));
        ProcessBuilder builder = new ProcessBuilder(PROGRAM, "serve", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("registry.log").toFile());
        builder.environment().put("OTEL_TRACES_EXPORTER", "none");
        var served = new ServedImage(builder.start(), "127.0.0.1:" + port + "/large/image:1", size);
        try {
            served.push(layout);
        } catch (IOException | InterruptedException e) {
            served.close();
            throw e;
        }
        MoreFiles.deleteRecursively(layout, RecursiveDeleteOption.ALLOW_INSECURE);
        return served;
    }

    /** {@return the image's name} */
    String name() {
        return name;
    }

    /** {@return how many bytes its layers have, compressed} */
    long bytes() {
        return bytes;
    }

    private void push(Path layout) throws IOException, InterruptedException {
        RegistryClient client = RegistryClient.of(OkHttpTransport.of(new OkHttpClient()));
        for (int i = 1; ; i++) {
            try {
                ImageCopier.create()
                        .copy(OciLayout.open(layout).requireImage(), client.destination(Reference.parse(name)));
                return;
            } catch (IOException e) {
                if (i == TRIES || !registry.isAlive()) {
                    throw e;
                }
                TimeUnit.MILLISECONDS.sleep(100); // until it listens, which it says in no other way
            }
        }
    }

    private static long write(Path layout, Path folder, long unpacked) throws IOException, InterruptedException {
        Path blobs = Files.createDirectories(layout.resolve("blobs/sha256"));
        Path base = LayerSamples.tar(folder.resolve("base"), unpacked / LAYERS);
        ImageConfig.Builder config = ImageConfig.builder(Platform.of("linux", "amd64"));
        List<Descriptor> layers = new ArrayList<>();
        long size = 0;
        for (int i = 0; i < LAYERS; i++) {
            Path tar = LayerSamples.variant(base, folder.resolve("layer" + i), i);
            Path gzip = LayerSamples.gzip(tar, 1);
            Descriptor layer = Descriptor.of(LAYER, LayerSamples.digest(gzip), Files.size(gzip));
            config = config.layer(LayerSamples.digest(tar));
            layers.add(layer);
            size += layer.size();
            Files.move(gzip, blobs.resolve(layer.digest().encoded()));
            Files.delete(tar);
        }
        Files.delete(base);
        ImageConfig written = config.build();
        Files.write(blobs.resolve(written.digest().encoded()), written.bytes());
        ImageManifest.Builder manifest =
                ImageManifest.builder(Descriptor.of(MediaType.OCI_CONFIG, written.digest(), written.bytes().length));
        for (Descriptor layer : layers) {
            manifest = manifest.layer(layer);
        }
        ImageManifest image = manifest.build();
        Files.write(blobs.resolve(image.digest().encoded()), image.bytes());
        ImageIndex index = ImageIndex.builder()
                .manifest(Descriptor.of(MediaType.OCI_MANIFEST, image.digest(), image.size()))
                .build();
        Files.write(layout.resolve("index.json"), index.bytes());
        Files.writeString(layout.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
        return size;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        registry.destroyForcibly();
    }
}
