package dev.tallyclerk.command;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.NewAttachment;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.image.AttachmentWriter;
import dev.tallyclerk.registry.location.ImageLocation;
import dev.tallyclerk.registry.sbom.Sbom;
import dev.tallyclerk.registry.sbom.SbomFormat;
import dev.tallyclerk.registry.sbom.SbomLimits;
import dev.tallyclerk.registry.sbom.SbomReader;
import dev.tallyclerk.registry.sbom.SbomWriter;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.sign.ImageSigner;
import dev.tallyclerk.trust.sign.SigningException;
import dev.tallyclerk.trust.sign.SigningKey;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tallyclerk sbom attach}: attaches a bill of materials to the image that it is about. */
@Command(
        name = "attach",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Attaches the bill of materials of an image to the image, in a registry or in oci:DIR: unsigned, as a"
                    + " referrer with the format's media type; with --key, as a signed attestation in the forms of cosign.",
            "Without --sbom, it is written from the layers first."
        },
        footer = {
            "",
            "Exit status: 0 attached; 1 the image is malformed or ambiguous, or does not match its digests; 2 it is in"
                    + " an unsupported format, or the document was attached and packages may be missing; 3 usage error, or"
                    + " unreadable input; 4 registry or network error."
        })
final class SbomAttachCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Clock clock;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private ImageArgument image;

    @Option(
            names = "--sbom",
            paramLabel = "FILE",
            description = "Attach this document, CycloneDX or SPDX 2 in JSON. Its packages are not compared with the"
                    + " image; sbom verify does that.")
    private @Nullable Path file;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "Without --sbom: cyclonedx or spdx; default cyclonedx.")
    private @Nullable SbomFormat format;

    @Option(
            names = "--created",
            paramLabel = "TIME",
            description = "Without --sbom: state this time as the document's, or now.")
    private @Nullable String created;

    @ArgGroup(exclusive = false)
    private @Nullable KeyOptions key;

    @Option(
            names = "--form",
            paramLabel = "FORM",
            description = "With --key: classic, under a tag beside the image, which all versions of cosign read; or"
                    + " bundle, a Sigstore bundle among the image's referrers; default classic.")
    private ImageSigner.@Nullable Form form;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "The repository to state as the image's name; default SOURCE's.")
    private @Nullable String name;

    @Option(
            names = "--signature-repository",
            paramLabel = "REPOSITORY",
            description = "Attach in this repository, [docker://]HOST/REPOSITORY, and not beside the image, as cosign"
                    + " does with COSIGN_REPOSITORY.")
    private @Nullable String signatureRepository;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private RegistryAccess registry;

    SbomAttachCommand(Terminal terminal, Clock clock) {
        this.terminal = terminal;
        this.clock = clock;
    }

    @Override
    public Integer call() throws IOException {
        ImageLocation from = SourceText.parse(spec, terminal, image.source());
        if (!from.isRegistry() && !image.source().startsWith("oci:")) {
            throw Usage.error(spec, "documents are attached to images in a registry or in oci:DIR only");
        }
        if (file != null && (format != null || created != null)) {
            throw Usage.error(spec, "--format and --created are for documents that are written, not for --sbom");
        }
        if (form != null && key == null) {
            throw Usage.error(spec, "--form needs --key");
        }
        if (key != null && key.readsStandardInput() && registry.readsStandardInput()) {
            throw Usage.error(spec, "standard input can have one of the two passwords only");
        }
        Optional<Reference> apart = SigningCommand.apart(spec, signatureRepository, from, registry);
        SbomFormat wanted = format == null ? SbomFormat.CYCLONEDX : format;
        SbomWriter writer = SbomDocument.writer(spec, wanted, created, clock);
        Optional<Reference> named = SbomDocument.named(spec, name);
        byte[] given =
                file == null ? null : InputFile.read(file, SbomLimits.defaults().maxDocumentBytes());
        SbomFormat actual = given == null ? wanted : read(given);
        SigningKey signer = key == null ? null : key.read(terminal);
        RegistryAccess.Clients clients = registry.clients(terminal);
        return image.run(terminal, clients, image.source(), opened -> {
            SbomDocument document = given == null
                    ? SbomDocument.written(terminal, image, opened, writer, named)
                    : new SbomDocument(given, ExitCode.ACCEPTED);
            String repository = named.or(from::reference).map(Reference::name).orElse("");
            byte[] bytes = document.bytes();
            NewAttachment attachment = signer == null
                    ? actual.attachment(opened.digest(), bytes)
                    : signed(signer, repository, opened.digest(), actual, bytes);
            write(
                    opened,
                    actual,
                    signer,
                    AttachmentWriter.create()
                            .attach(
                                    attachment,
                                    SigningCommand.withAttachmentsOf(apart, opened.source(), clients),
                                    SigningCommand.destination(
                                            image.source(),
                                            apart.or(() -> SigningCommand.inRegistry(from)),
                                            clients,
                                            clock)));
            return document.exitCode();
        });
    }

    private SbomFormat read(byte[] document) throws IOException {
        Sbom sbom;
        try {
            sbom = SbomReader.create().read(document);
        } catch (IOException e) {
            throw new IOException(file + ": " + Messages.of(e), e);
        }
        if (sbom.isAttestation()) {
            throw Usage.error(
                    spec,
                    file + " is an attestation already; attach the document that it contains, and sign with --key");
        }
        return sbom.format();
    }

    private NewAttachment signed(
            SigningKey signer, String repository, Digest digest, SbomFormat actual, byte[] document)
            throws IOException {
        ImageSigner.Form wanted = form == null ? ImageSigner.Form.CLASSIC : form;
        try {
            return ImageSigner.of(signer, clock)
                    .withForm(wanted)
                    .attest(repository, digest, actual.predicateType(), document);
        } catch (SigningException e) {
            throw new IOException(e.reason() + ": " + Messages.of(e), e);
        }
    }

    private void write(
            ImageArgument.Opened opened,
            SbomFormat actual,
            @Nullable SigningKey signer,
            AttachmentWriter.Attached attached) {
        field("Image", opened.source().name());
        field("Digest", opened.digest().toString());
        field("Document", signer == null ? actual.mediaType() : actual.predicateType());
        if (signer != null) {
            field("Signed with", signer.publicKey().toString());
        }
        String manifest = attached.manifest().digest().toString();
        field("Attached as", attached.tag().isEmpty() ? manifest : attached.tag() + " (" + manifest + ")");
        terminal.out().flush();
    }

    private void field(String label, String value) {
        terminal.out().println(String.format(Locale.ROOT, "%-13s", label) + Quoted.printable(value));
    }
}
