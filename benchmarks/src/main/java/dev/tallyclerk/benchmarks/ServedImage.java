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
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;
import okhttp3.tls.HeldCertificate;

/** An image of six layers in a docker-registry, served over TLS with a private CA and over plain http. */
final class ServedImage implements Closeable {
    static final String PROGRAM = "docker-registry";

    private static final String LAYER = "application/vnd.oci.image.layer.v1.tar+gzip";
    private static final String NAME = "/large/image:1";
    private static final int LAYERS = 6;
    private static final int ATTEMPTS = 300;

    private final Path folder;
    private final Path authority;
    private final int tlsPort;
    private final int httpPort;
    private final List<Process> registries = new ArrayList<>();
    private final long bytes;

    private ServedImage(Path folder, Path authority, int tlsPort, int httpPort, long bytes) {
        this.folder = folder;
        this.authority = authority;
        this.tlsPort = tlsPort;
        this.httpPort = httpPort;
        this.bytes = bytes;
    }

    /**
     * Makes an image, starts the registries and pushes it; all files are below {@code folder}.
     *
     * @param unpacked the size of the layers before compression, in bytes
     */
    static ServedImage start(Path folder, long unpacked) throws IOException, InterruptedException {
        Path layout = folder.resolve("source");
        long size = write(layout, folder, unpacked);
        var served = new ServedImage(folder, writeCertificates(folder), freePort(), freePort(), size);
        try {
            served.serve("http", served.httpPort, "");
            served.serve(
                    "tls",
                    served.tlsPort,
                    ", tls: {certificate: %1$s/registry.crt, key: %1$s/registry.key}".formatted(folder));
            served.push(layout);
        } catch (IOException | InterruptedException e) {
            served.close();
            throw e;
        }
        MoreFiles.deleteRecursively(layout, RecursiveDeleteOption.ALLOW_INSECURE);
        return served;
    }

    /** {@return the image's name at the registry that speaks TLS} */
    String tlsName() {
        return "127.0.0.1:" + tlsPort + NAME;
    }

    /** {@return the image's name at the registry that speaks plain http} */
    String httpName() {
        return "127.0.0.1:" + httpPort + NAME;
    }

    /** {@return the PEM file of the CA, the only file in its folder} */
    Path authority() {
        return authority;
    }

    /** {@return the size of the compressed layers, in bytes} */
    long bytes() {
        return bytes;
    }

    /** Writes the CA, and a certificate of the registry with its key. */
    private static Path writeCertificates(Path folder) throws IOException {
        HeldCertificate authority =
                new HeldCertificate.Builder().ecdsa256().certificateAuthority(0).build();
        HeldCertificate registry = new HeldCertificate.Builder()
                .ecdsa256()
                .signedBy(authority)
                .addSubjectAlternativeName("127.0.0.1")
                .build();
        Files.writeString(folder.resolve("registry.crt"), registry.certificatePem());
        Files.writeString(folder.resolve("registry.key"), registry.privateKeyPkcs8Pem());
        Path alone = Files.createDirectory(folder.resolve("ca"));
        return Files.writeString(alone.resolve("ca.crt"), authority.certificatePem());
    }

    private void serve(String name, int port, String tls) throws IOException {
        Path config =
                Files.writeString(folder.resolve(name + ".yml"), """
                version: 0.1
                log: {level: error}
                storage: {filesystem: {rootdirectory: %s}}
                http: {addr: "127.0.0.1:%d", secret: benchmark%s}
                """.formatted(folder.resolve("storage"), port, tls));
        ProcessBuilder builder = new ProcessBuilder(PROGRAM, "serve", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(name + ".log").toFile());
        builder.environment().put("OTEL_TRACES_EXPORTER", "none");
        registries.add(builder.start());
    }

    private void push(Path layout) throws IOException, InterruptedException {
        RegistryClient client = RegistryClient.of(OkHttpTransport.of(new OkHttpClient()));
        awaitListening(httpPort);
        ImageCopier.create()
                .copy(OciLayout.open(layout).requireImage(), client.destination(Reference.parse(httpName())));
        awaitListening(tlsPort);
    }

    private void awaitListening(int port) throws IOException, InterruptedException {
        for (int i = 1; ; i++) {
            try {
                new Socket(InetAddress.getLoopbackAddress(), port).close();
                return;
            } catch (IOException e) {
                if (i == ATTEMPTS || !registries.stream().allMatch(Process::isAlive)) {
                    throw new IOException(PROGRAM + " does not listen on port " + port + ": see " + folder, e);
                }
                TimeUnit.MILLISECONDS.sleep(100);
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
        registries.forEach(Process::destroyForcibly);
    }
}
