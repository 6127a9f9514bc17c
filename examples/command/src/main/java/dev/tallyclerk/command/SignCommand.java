package dev.tallyclerk.command;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.sign.ImageSigner;
import dev.tallyclerk.trust.sign.SigningException;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tallyclerk sign}: signs an image with a key, as cosign does. */
@Command(
        name = "sign",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Signs the digest of an image with a key, as cosign does, and attaches the signature to the image.",
            "Nothing is sent to a transparency log. Of an index, signs the index only, unless --recursive is given."
        },
        footer = {
            "",
            "Exit status: 0 signed; 1 the manifest is malformed or does not match its digest; 2 the signature cannot"
                    + " be attached; 3 usage error or unreadable input, such as a wrong password; 4 registry or network"
                    + " error."
        })
final class SignCommand extends SigningCommand {
    private final Map<String, String> parsed = new LinkedHashMap<>();

    @Option(
            names = {"-a", "--annotation"},
            paramLabel = "KEY=VALUE",
            description = "Sign this text too. Repeatable. Verifiers may demand it.")
    private List<String> annotations = List.of();

    @Option(
            names = {"-r", "--recursive"},
            description = "Also sign each image of an index, and of the indexes in it. A client that pulls one image by"
                    + " its own digest then finds a signature.")
    private boolean recursive;

    SignCommand(Terminal terminal, Clock clock) {
        super(terminal, clock);
    }

    @Override
    boolean isRecursive() {
        return recursive;
    }

    @Override
    void prepare() {
        for (String annotation : annotations) {
            int equals = annotation.indexOf('=');
            if (equals < 1) {
                throw Usage.error(spec(), "--annotation must be KEY=VALUE, not " + Quoted.quote(annotation));
            }
            if (parsed.put(annotation.substring(0, equals), annotation.substring(equals + 1)) != null) {
                throw Usage.error(
                        spec(), "--annotation: two values for " + Quoted.quote(annotation.substring(0, equals)));
            }
        }
    }

    @Override
    Signed signed(ImageSigner signer, String repository, Digest digest) throws SigningException {
        return new Signed(Usage.parsed(spec(), () -> signer.sign(repository, digest, parsed)), "");
    }
}
