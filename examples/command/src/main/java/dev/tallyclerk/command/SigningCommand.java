package dev.tallyclerk.command;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.NewAttachment;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.client.RegistryAttachments;
import dev.tallyclerk.registry.image.AttachmentWriter;
import dev.tallyclerk.registry.image.ImageDestination;
import dev.tallyclerk.registry.image.ImageException;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.layout.OciLayoutWriter;
import dev.tallyclerk.registry.location.ImageLocation;
import dev.tallyclerk.registry.location.LocalName;
import dev.tallyclerk.registry.model.MalformedDocumentException;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.sign.ImageSigner;
import dev.tallyclerk.trust.sign.SigningException;
import dev.tallyclerk.trust.sign.SigningKey;
import dev.tallyclerk.verify.VerificationException;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * A command that signs something about an image and attaches it. The JSON:
 *
 * <pre>{@code
 * {"schema": "dev.tallyclerk.sign", "schemaVersion": 1, "source": TEXT, "digest": DIGEST, "key": HEX,
 *  "form": "classic" or "bundle", "predicateType"?: URI, "repository"?: TEXT, "tag"?: TEXT, "manifest": DIGEST,
 *  "images"?: [{"digest": DIGEST, "platform"?: TEXT, "tag"?: TEXT, "manifest": DIGEST}...]}
 * }</pre>
 *
 * <p>{@code key} is the SHA-256 of the public key, and {@code manifest} is what was attached, in the {@code repository}
 * if it is another than the image's. {@code images} are those of an index that were signed too.
 */
abstract class SigningCommand implements Callable<Integer> {
    private static final String LAYOUT = "oci:";

    private final Terminal terminal;
    private final Clock clock;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(
            paramLabel = "SOURCE",
            description = {
                "docker://HOST/REPOSITORY[:TAG|@DIGEST] or oci:DIR[:REF]. In OCI layouts, @DIGEST can replace",
                ":REF. A tag is resolved once; the digest is signed."
            })
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String source;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private KeyOptions key;

    @Option(
            names = "--form",
            paramLabel = "FORM",
            defaultValue = "classic",
            description = "classic, under a tag beside the image, which all versions of cosign read; or bundle, a"
                    + " Sigstore bundle among the image's referrers, as cosign 3 writes; default classic.")
    private ImageSigner.Form form = ImageSigner.Form.CLASSIC;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "The repository to sign as the image's name; default SOURCE's.")
    private @Nullable String name;

    @Option(
            names = "--signature-repository",
            paramLabel = "REPOSITORY",
            description = "Attach in this repository, [docker://]HOST/REPOSITORY, and not beside the image, as cosign"
                    + " does with COSIGN_REPOSITORY.")
    private @Nullable String signatureRepository;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text or json; default text.")
    private Format format = Format.TEXT;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private RegistryAccess registry;

    /** Formats of the report. */
    enum Format {
        TEXT,
        JSON
    }

    /**
     * Something signed.
     *
     * @param attachment what to attach
     * @param predicateType the type of an attestation's predicate, empty for a signature
     */
    record Signed(NewAttachment attachment, String predicateType) {}

    SigningCommand(Terminal terminal, Clock clock) {
        this.terminal = terminal;
        this.clock = clock;
    }

    /** {@return this command's specification, for usage errors} */
    final CommandSpec spec() {
        return spec;
    }

    /** {@return whether the images of an index are signed too} */
    boolean isRecursive() {
        return false;
    }

    /** Reads what is signed beside the digest, before anything is asked of a registry. */
    abstract void prepare() throws IOException;

    /**
     * {@return what to attach}
     *
     * @param repository the name to sign, or an empty text
     */
    abstract Signed signed(ImageSigner signer, String repository, Digest digest) throws SigningException;

    @Override
    public Integer call() throws IOException {
        ImageLocation from = SourceText.parse(spec, terminal, source);
        if (!from.isRegistry() && !source.startsWith(LAYOUT)) {
            throw Usage.error(spec, "signatures are attached to images in a registry or in oci:DIR only");
        }
        String repository =
                TrustVerifyCommand.named(spec, name, from).map(Reference::name).orElse("");
        Optional<Reference> beside = apart(spec, signatureRepository, from, registry);
        prepare();
        if (key.readsStandardInput() && registry.readsStandardInput()) {
            throw Usage.error(spec, "standard input can have one of the two passwords only");
        }
        SigningKey signer = key.read(terminal);
        RegistryAccess.Clients clients = registry.clients(terminal);
        try (ImageSource opened = Usage.parsed(spec, () -> from.open(clients::of, terminal.temporaryFolder()))) {
            ImageSource image = withAttachmentsOf(beside, opened, clients);
            ImageDestination destination = destination(source, beside.or(() -> inRegistry(from)), clients, clock);
            return attached(image, destination, signer, repository);
        }
    }

    /** {@return the image with what is attached in a repository, if one is named} */
    static ImageSource withAttachmentsOf(
            Optional<Reference> repository, ImageSource image, RegistryAccess.Clients clients) throws IOException {
        return repository.isEmpty()
                ? image
                : image.withAttachments(
                        RegistryAttachments.of(clients.of(repository.get())).of(repository.get()));
    }

    /** {@return the name of an image in a registry} */
    static Optional<Reference> inRegistry(ImageLocation from) {
        return from.isRegistry() ? from.reference() : Optional.empty();
    }

    /**
     * {@return the repository for what is attached, if it is not the image's}
     *
     * @param wanted the value of the option
     */
    static Optional<Reference> apart(
            CommandSpec spec, @Nullable String wanted, ImageLocation from, RegistryAccess registry) {
        if (wanted == null) {
            return Optional.empty();
        }
        Reference parsed = Usage.parsed(spec, () -> ImageLocation.repository(wanted));
        inRegistry(from).ifPresent(image -> registry.refuseOneOptionFor(image, parsed));
        // Any name in the repository will do: what is attached goes beside it.
        return Optional.of(Reference.parse(parsed.name() + ":latest"));
    }

    private int attached(ImageSource image, ImageDestination destination, SigningKey signer, String repository)
            throws IOException {
        try {
            List<IndexImages.Image> images =
                    isRecursive() ? IndexImages.of(image) : List.of(IndexImages.Image.of(image.resolve()));
            // All of them are signed before the first is attached, and the index comes last: an index with a signature
            // has no image without one.
            ImageSigner imageSigner = ImageSigner.of(signer, clock).withForm(form);
            List<Signed> signed = new ArrayList<>();
            for (IndexImages.Image each : images) {
                signed.add(signed(imageSigner, repository, each.digest()));
            }
            write(image, signer, images, signed, attached(signed, image, destination));
            return ExitCode.ACCEPTED;
        } catch (SigningException e) {
            throw new IOException(e.reason() + ": " + Messages.of(e), e);
        } catch (VerificationException e) {
            boolean unknown = e.reason() == VerificationException.Reason.UNSUPPORTED_ALGORITHM;
            return refused(image, e.reason(), e, unknown);
        } catch (MalformedDocumentException e) {
            boolean unknown = e.reason() == MalformedDocumentException.Reason.UNSUPPORTED;
            return refused(image, e.reason(), e, unknown);
        } catch (ImageException e) {
            return refused(image, e.reason(), e, e.reason() == ImageException.Reason.UNSUPPORTED);
        }
    }

    private List<AttachmentWriter.Attached> attached(
            List<Signed> signed, ImageSource image, ImageDestination destination) throws IOException {
        List<AttachmentWriter.Attached> attached = new ArrayList<>();
        try {
            for (Signed each : signed) {
                attached.add(AttachmentWriter.create().attach(each.attachment(), image, destination));
            }
        } catch (IOException e) {
            if (!attached.isEmpty()) {
                terminal.err()
                        .println("tallyclerk: " + attached.size() + " of " + signed.size()
                                + " signatures are attached; the index has none");
            }
            throw e;
        }
        return attached;
    }

    /**
     * {@return where artifacts are attached}
     *
     * @param source the location of the image, as the user wrote it
     * @param inRegistry the name in a registry; empty for an image in a folder
     */
    static ImageDestination destination(
            String source, Optional<Reference> inRegistry, RegistryAccess.Clients clients, Clock clock)
            throws IOException {
        if (inRegistry.isPresent()) {
            return clients.of(inRegistry.get()).destination(inRegistry.get());
        }
        LocalName layout = LocalName.parse(source.substring(LAYOUT.length()));
        return OciLayoutWriter.create(layout.path(), clock).destination();
    }

    private int refused(ImageSource image, Enum<?> reason, IOException e, boolean undecided) {
        terminal.err()
                .println("tallyclerk: " + Quoted.printable(image.name()) + " was not signed: " + reason + ": "
                        + Messages.of(e));
        return undecided ? ExitCode.INCOMPLETE : ExitCode.REJECTED;
    }

    private void write(
            ImageSource image,
            SigningKey signer,
            List<IndexImages.Image> images,
            List<Signed> signed,
            List<AttachmentWriter.Attached> attached)
            throws IOException {
        int root = images.size() - 1;
        String type = signed.get(root).predicateType();
        if (format == Format.JSON) {
            JsonOutput json = new JsonOutput(terminal.out());
            json.beginObject().member("schema", "dev.tallyclerk.sign").member("schemaVersion", 1);
            json.member("source", image.name())
                    .member("digest", images.get(root).digest().toString());
            json.member("key", signer.publicKey().fingerprint());
            json.member("form", form.name().toLowerCase(Locale.ROOT));
            if (!type.isEmpty()) {
                json.member("predicateType", type);
            }
            String apart = signatureRepository;
            if (apart != null) {
                json.member("repository", ImageLocation.repository(apart).name());
            }
            write(attached.get(root), json);
            if (isRecursive()) {
                json.name("images").beginArray();
                for (int i = 0; i < root; i++) {
                    json.beginObject().member("digest", images.get(i).digest().toString());
                    if (!images.get(i).platform().isEmpty()) {
                        json.member("platform", images.get(i).platform());
                    }
                    write(attached.get(i), json);
                    json.endObject();
                }
                json.endArray();
            }
            json.endObject().finish();
            return;
        }
        field("Image", image.name());
        field("Digest", images.get(root).digest().toString());
        field("Signed with", signer.publicKey().toString());
        if (!type.isEmpty()) {
            field("Predicate", type);
        }
        field("Attached as", place(attached.get(root)));
        for (int i = 0; i < root; i++) {
            String platform = images.get(i).platform();
            terminal.out().println();
            field("Image", platform.isEmpty() ? "without a platform" : platform);
            field("Digest", images.get(i).digest().toString());
            field("Attached as", place(attached.get(i)));
        }
        terminal.out().flush();
    }

    private static void write(AttachmentWriter.Attached attached, JsonOutput json) throws IOException {
        if (!attached.tag().isEmpty()) {
            json.member("tag", attached.tag());
        }
        json.member("manifest", attached.manifest().digest().toString());
    }

    private String place(AttachmentWriter.Attached attached) {
        String manifest = attached.manifest().digest().toString();
        String place = attached.tag().isEmpty() ? manifest : attached.tag() + " (" + manifest + ")";
        String apart = signatureRepository;
        return apart == null
                ? place
                : place + " in " + ImageLocation.repository(apart).name();
    }

    private void field(String label, String value) {
        terminal.out().println(String.format(Locale.ROOT, "%-13s", label) + Quoted.printable(value));
    }
}
