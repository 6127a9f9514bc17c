package dev.tallyclerk.command;

import dev.tallyclerk.registry.client.RegistryClient;
import dev.tallyclerk.registry.client.UploadPolicy;
import dev.tallyclerk.registry.client.UploadPolicy.Form;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Options of all commands that push to a registry. */
final class UploadOptions {
    private static final int MOST_MIB = 4096;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--chunk-size",
            paramLabel = "MIB",
            description = "Upload layers in chunks of this many MiB, 1 to " + MOST_MIB
                    + "; default one request per layer, and"
                    + " smaller ones if the registry says that it is too large.")
    private @Nullable Integer chunkSize;

    void refuseWhatCannotBe() {
        Integer size = chunkSize;
        if (size != null && (size < 1 || size > MOST_MIB)) {
            throw Usage.error(spec, "--chunk-size must be from 1 to " + MOST_MIB + " MiB");
        }
    }

    /** {@return the client with these options} */
    RegistryClient applied(RegistryClient client) {
        Integer size = chunkSize;
        return size == null
                ? client
                : client.withUploads(
                        UploadPolicy.defaults().withForm(Form.CHUNKED).withChunkBytes((long) size << 20));
    }
}
