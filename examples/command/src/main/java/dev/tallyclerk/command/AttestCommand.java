package dev.tallyclerk.command;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.trust.attestation.AttestationLimits;
import dev.tallyclerk.trust.attestation.PredicateType;
import dev.tallyclerk.trust.sign.ImageSigner;
import dev.tallyclerk.trust.sign.SigningException;
import dev.tallyclerk.trust.sign.SigningException.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tallyclerk attest}: attests to an image with a key, as cosign does. */
@Command(
        name = "attest",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Signs a statement about the digest of an image, such as provenance or an SBOM, with a key, and attaches it",
            "to the image as cosign does. Nothing is sent to a transparency log."
        },
        footer = {
            "",
            "Exit status: 0 attested; 1 the manifest is malformed or does not match its digest; 2 the attestation"
                    + " cannot be attached; 3 usage error or unreadable input, such as a wrong password; 4 registry or"
                    + " network error."
        })
final class AttestCommand extends SigningCommand {
    private byte[] document = {};
    private String uri = "";

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            required = true,
            description = "Type of the predicate: slsaprovenance1, spdxjson, cyclonedx, openvex, vuln or another name"
                    + " of cosign, or a URI.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String type;

    @Option(
            names = "--predicate",
            paramLabel = "FILE",
            required = true,
            description = "The predicate, a JSON document, such as the SBOM itself.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path predicate;

    AttestCommand(Terminal terminal, Clock clock) {
        super(terminal, clock);
    }

    @Override
    void prepare() throws IOException {
        uri = Usage.parsed(spec(), () -> PredicateType.of(type)).uris().get(0);
        document = InputFile.read(predicate, AttestationLimits.defaults().maxDocumentBytes());
    }

    @Override
    Signed signed(ImageSigner signer, String repository, Digest digest) throws SigningException {
        try {
            return new Signed(Usage.parsed(spec(), () -> signer.attest(repository, digest, uri, document)), uri);
        } catch (SigningException e) {
            boolean isUnreadable = e.reason() == Reason.MALFORMED || e.reason() == Reason.LIMIT_EXCEEDED;
            throw isUnreadable ? new SigningException(e.reason(), predicate + ": " + Messages.of(e), e) : e;
        }
    }
}
