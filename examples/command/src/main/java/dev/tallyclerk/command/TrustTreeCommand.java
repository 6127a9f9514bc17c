package dev.tallyclerk.command;

import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.attachment.AttachmentTree;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.location.ImageLocation;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.registry.model.ImageIndex;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tallyclerk trust tree}: shows what is attached to an image. */
@Command(
        name = "tree",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Shows the signatures, attestations and other artifacts that are attached to an image, and to the images of"
                    + " an index.",
            "Checks the digest of each manifest, but verifies no signature: types and annotations are only what the"
                    + " artifacts say of themselves."
        },
        footer = {"", "Exit status: 0 shown; 3 usage error or unreadable input; 4 registry or network error."})
final class TrustTreeCommand implements Callable<Integer> {
    private static final int MAX_IMAGES = 100;

    private final Terminal terminal;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(
            paramLabel = "SOURCE",
            description = {
                "docker://HOST/REPOSITORY[:TAG|@DIGEST], oci:DIR[:REF] or oci-archive:FILE[:REF]. In OCI layouts,",
                "@DIGEST can replace :REF."
            })
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String source;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text or json; default text.")
    private Format format = Format.TEXT;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private AttachmentOptions attachments;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private RegistryAccess registry;

    /** Formats of the tree. */
    enum Format {
        TEXT,
        JSON
    }

    TrustTreeCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        ImageLocation from = SourceText.parse(spec, terminal, source);
        if (!from.hasManifest()) {
            throw Usage.error(spec, "nothing is attached to an image in a docker archive; use an OCI layout");
        }
        RegistryAccess.Clients clients = registry.clients(terminal);
        try (ImageSource image = Usage.parsed(spec, () -> from.open(clients::of, terminal.temporaryFolder()))) {
            TrustTree tree = new TrustTree(image.name(), trees(attachments.applied(from, image, registry, clients)));
            if (format == Format.JSON) {
                tree.writeJson(terminal.out());
            } else {
                tree.write(terminal.out(), terminal.unicode());
            }
        }
        terminal.out().flush();
        return ExitCode.ACCEPTED;
    }

    /** {@return the tree of the image, and those of the images if it is an index} */
    private static List<AttachmentTree> trees(ImageSource image) throws IOException {
        ResolvedDigest digest = image.resolve();
        List<AttachmentTree> trees = new ArrayList<>();
        trees.add(AttachmentTree.of(image.attachments(), digest.digest()));
        if (image.manifest(digest, DocumentLimits.defaults()).orElse(null) instanceof ImageIndex index) {
            for (Descriptor entry : index.manifests().stream().limit(MAX_IMAGES).toList()) {
                trees.add(AttachmentTree.of(image.attachments(), entry.digest()));
            }
        }
        return trees;
    }
}
