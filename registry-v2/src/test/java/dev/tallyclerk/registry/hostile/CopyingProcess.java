package dev.tallyclerk.registry.hostile;

import dev.tallyclerk.http.okhttp.OkHttpTransport;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.client.RegistryClient;
import dev.tallyclerk.registry.image.CopyListener;
import dev.tallyclerk.registry.image.ImageCopier;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.layout.OciLayoutWriter;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.testing.JavaProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import okhttp3.OkHttpClient;

/** A Java process of its own that pulls an image. */
final class CopyingProcess {
    private CopyingProcess() {}

    /**
     * Starts one.
     *
     * @param said of how many bytes of a blob it prints a byte, as soon as they are read, and whenever there are more
     */
    static Process start(Path folder, String reference, long said) throws IOException {
        return JavaProcess.start(CopyingProcess.class, folder.toString(), reference, Long.toString(said));
    }

    /**
     * Pulls, so that who started it can kill it on the way.
     *
     * @param arguments the folder, the image, and how many bytes are said
     */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        long said = Long.parseLong(arguments[2]);
        RegistryClient client = RegistryClient.of(OkHttpTransport.of(new OkHttpClient()));
        CopyListener listener = new CopyListener() {
            @Override
            public void progressed(Descriptor blob, long bytes) {
                if (bytes >= said) {
                    System.out.write('.');
                    System.out.flush();
                }
            }
        };
        try (ImageSource image = client.image(Reference.parse(arguments[1]))) {
            ImageCopier.create()
                    .withListener(listener)
                    .copy(
                            image,
                            OciLayoutWriter.create(folder, Clock.systemUTC()).destination("pulled"));
        }
        System.exit(0); // OkHttp's threads would keep the process for a while
    }
}
