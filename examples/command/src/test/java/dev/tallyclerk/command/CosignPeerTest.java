package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.tallyclerk.evidence.Evidence.Kind;
import dev.tallyclerk.evidence.TargetArtifact;
import dev.tallyclerk.http.okhttp.OkHttpTransport;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.client.RegistryClient;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.testing.DockerRegistry;
import dev.tallyclerk.testing.Peers;
import dev.tallyclerk.testing.ProjectFiles;
import dev.tallyclerk.testing.TestImages;
import dev.tallyclerk.trust.attestation.AttachmentFindings;
import dev.tallyclerk.trust.attestation.PredicateConditions;
import dev.tallyclerk.trust.attestation.PredicateType;
import dev.tallyclerk.trust.cosign.CosignVerifier;
import dev.tallyclerk.trust.cosign.SignedIdentity;
import dev.tallyclerk.trust.key.TrustedKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images that a real cosign signs in a real docker-registry; our verdict is that of cosign, and of skopeo. */
class CosignPeerTest {
    private static final String[] SIGN = {"--yes", "--tlog-upload=false", "--allow-http-registry"};
    private static final String[] VERIFY = {"--insecure-ignore-tlog", "--allow-http-registry"};

    @TempDir
    Path folder = Path.of("");

    private final RegistryClient client = RegistryClient.of(OkHttpTransport.of(new OkHttpClient()));

    /** The exit code and the output of a program. */
    private record Ended(int exitCode, String output) {
        boolean isAccepted() {
            return exitCode == 0;
        }
    }

    /** cosign must not find anything of the user's, nor ask for a password. */
    private Ended run(String... command) throws IOException, InterruptedException {
        Path output = Files.createTempFile(folder, "output", ".txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("COSIGN_PASSWORD", "test");
        builder.environment().put("HOME", folder.toString());
        Process process = builder.start();
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            return fail(List.of(command) + " did not end");
        }
        return new Ended(process.exitValue(), Files.readString(output));
    }

    private Ended cosign(List<String> arguments, String[] more, String image) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(Peers.require("cosign").toString()));
        command.addAll(arguments);
        command.addAll(List.of(more));
        command.add(image);
        return run(command.toArray(String[]::new));
    }

    private void sign(String image, String... arguments) throws IOException, InterruptedException {
        Ended ended = cosign(List.of(arguments), SIGN, image);
        assertEquals(0, ended.exitCode(), ended.output());
    }

    private void generateKey(String name) throws IOException, InterruptedException {
        Ended ended = run(Peers.require("cosign").toString(), "generate-key-pair", "--output-key-prefix", name);
        assertEquals(0, ended.exitCode(), ended.output());
    }

    private TrustedKey key(String name) throws IOException {
        return TrustedKey.parse(Files.readString(folder.resolve(name + ".pub")));
    }

    /** {@return the image under its digest} */
    private String push(DockerRegistry registry, String repository) throws IOException, InterruptedException {
        Path layout = folder.resolve("layout");
        if (!Files.exists(layout)) {
            TestImages.writeLayout(Files.createDirectories(layout));
        }
        String name = registry.host() + "/" + repository;
        Peers.run(
                folder,
                Peers.require("skopeo").toString(),
                "copy",
                "--dest-tls-verify=false",
                "oci:" + layout + ":1.0",
                "docker://" + name + ":1");
        try (ImageSource image = client.image(Reference.parse(name + ":1"))) {
            return name + "@" + image.resolve().digest();
        }
    }

    private AttachmentFindings verify(CosignVerifier verifier, String name) throws IOException {
        try (ImageSource image = client.image(Reference.parse(name))) {
            TargetArtifact target = new TargetArtifact("", image.resolve().digest(), 0);
            return verifier.verify(
                    image.attachments().attachments(target.digest()).list(), target);
        }
    }

    private boolean isSigned(CosignVerifier verifier, String name) throws IOException {
        return !verify(verifier, name).ofKind(Kind.COSIGN_SIGNATURE).verified().isEmpty();
    }

    private boolean isAttested(String key, String type, String name) throws IOException {
        return !verify(CosignVerifier.of(key(key)), name)
                .where(PredicateConditions.ofType(PredicateType.of(type)), "test")
                .verified()
                .isEmpty();
    }

    private boolean skopeoAccepts(DockerRegistry registry, String key, String name)
            throws IOException, InterruptedException {
        Path policy = Files.writeString(
                folder.resolve("policy.json"), """
                {"default": [{"type": "reject"}], "transports": {"docker": {"%s": [{"type": "sigstoreSigned",
                  "keyPath": "%s", "signedIdentity": {"type": "matchRepository"}}]}}}""".formatted(registry.host(), folder.resolve(key + ".pub")));
        Path registries = Files.createDirectories(folder.resolve("registries.d"));
        Files.writeString(registries.resolve("default.yaml"), "default-docker: {use-sigstore-attachments: true}\n");
        Path copy = Files.createTempDirectory(folder, "copy");
        return run(
                        Peers.require("skopeo").toString(),
                        "--policy",
                        policy.toString(),
                        "--registries.d",
                        registries.toString(),
                        "copy",
                        "--src-tls-verify=false",
                        "--remove-signatures",
                        "docker://" + name,
                        "dir:" + copy)
                .isAccepted();
    }

    @Test
    void ourVerdictOnSignaturesIsThatOfCosignAndOfSkopeo() throws IOException, InterruptedException {
        try (DockerRegistry registry = DockerRegistry.start(folder)) {
            generateKey("ours");
            generateKey("other");
            String signed = push(registry, "team/signed");
            sign(signed, "sign", "--key", "ours.key", "-a", "env=prod");
            String byOther = push(registry, "team/other");
            sign(byOther, "sign", "--key", "other.key");
            String byBoth = push(registry, "team/both");
            sign(byBoth, "sign", "--key", "other.key");
            sign(byBoth, "sign", "--key", "ours.key");
            String asReferrer = push(registry, "team/referrer");
            Ended ended = run(
                    "env",
                    "COSIGN_EXPERIMENTAL=1",
                    Peers.require("cosign").toString(),
                    "sign",
                    "--key",
                    "ours.key",
                    "--registry-referrers-mode=oci-1-1",
                    SIGN[0],
                    SIGN[1],
                    SIGN[2],
                    asReferrer);
            assertEquals(0, ended.exitCode(), ended.output());
            String elsewhere = push(registry, "team/elsewhere");
            sign(elsewhere, "sign", "--key", "ours.key", "--sign-container-identity", "mirror.test/x");
            String unsigned = push(registry, "team/unsigned");

            List<Boolean> accepted = new ArrayList<>();
            for (String image : List.of(signed, byOther, byBoth, elsewhere, unsigned)) {
                boolean ours = isSigned(CosignVerifier.of(key("ours")), image);
                accepted.add(ours);
                Ended theirs = cosign(List.of("verify", "--key", "ours.pub"), VERIFY, image);
                assertEquals(theirs.isAccepted(), ours, image + ": cosign printed " + theirs.output());
                CosignVerifier named = CosignVerifier.of(key("ours"))
                        .withSignedIdentity(SignedIdentity.matchRepository(), Reference.parse(image));
                assertEquals(
                        skopeoAccepts(registry, "ours", image), isSigned(named, image), image + ": skopeo disagrees");
            }
            assertEquals(List.of(true, false, true, true, false), accepted);
            assertTrue(isSigned(CosignVerifier.of(key("ours")), asReferrer));
            assertEquals(false, isSigned(CosignVerifier.of(key("other")), asReferrer));

            for (String value : List.of("prod", "dev")) {
                Ended theirs = cosign(List.of("verify", "--key", "ours.pub", "-a", "env=" + value), VERIFY, signed);
                CosignVerifier annotated = CosignVerifier.of(key("ours")).withAnnotations(Map.of("env", value));
                assertEquals(theirs.isAccepted(), isSigned(annotated, signed), theirs.output());
                assertEquals(value.equals("prod"), theirs.isAccepted());
            }
        }
    }

    @Test
    void ourVerdictOnAttestationsIsThatOfCosign() throws IOException, InterruptedException {
        Files.writeString(folder.resolve("slsa.json"), """
                {"buildDefinition": {"buildType": "https://example.test/build",
                  "externalParameters": {"source": "https://git.test/acme/shop"}},
                 "runDetails": {"builder": {"id": "https://builder.test/v1"}}}""");
        Files.writeString(folder.resolve("spdx.json"), """
                {"SPDXID": "SPDXRef-DOCUMENT", "spdxVersion": "SPDX-2.3", "name": "shop", "dataLicense": "CC0-1.0",
                 "documentNamespace": "https://sbom.test/1", "creationInfo": {"created": "2026-01-01T00:00:00Z",
                 "creators": ["Tool: test"]}, "packages": [{"name": "zlib", "SPDXID": "SPDXRef-1",
                 "versionInfo": "1.3", "downloadLocation": "NONE"}]}""");
        String root = ProjectFiles.root()
                .resolve("trust/src/test/resources/testdata/cosign/trusted_root.json")
                .toString();
        try (DockerRegistry registry = DockerRegistry.start(folder)) {
            generateKey("ours");
            generateKey("other");
            String image = push(registry, "team/attested");
            sign(image, "attest", "--key", "ours.key", "--type", "slsaprovenance1", "--predicate", "slsa.json");
            String bundled = push(registry, "team/bundled");
            sign(
                    bundled,
                    "attest",
                    "--key",
                    "ours.key",
                    "--new-bundle-format",
                    "--type",
                    "spdxjson",
                    "--predicate",
                    "spdx.json");

            List<Boolean> accepted = new ArrayList<>();
            for (String key : List.of("ours", "other")) {
                for (String type : List.of("slsaprovenance1", "spdxjson")) {
                    List<String> arguments = List.of("verify-attestation", "--key", key + ".pub", "--type", type);
                    Ended classic = cosign(arguments, VERIFY, image);
                    assertEquals(classic.isAccepted(), isAttested(key, type, image), classic.output());
                    List<String> offline = new ArrayList<>(arguments);
                    offline.addAll(List.of("--new-bundle-format", "--trusted-root", root));
                    Ended bundle = cosign(offline, VERIFY, bundled);
                    assertEquals(bundle.isAccepted(), isAttested(key, type, bundled), bundle.output());
                    accepted.addAll(List.of(classic.isAccepted(), bundle.isAccepted()));
                }
            }
            assertEquals(List.of(true, false, false, true, false, false, false, false), accepted);

            PredicateConditions built = PredicateConditions.ofType(PredicateType.SLSA_PROVENANCE)
                    .withBuilder("https://builder.test/v1")
                    .withSource("https://git.test/acme/shop");
            assertEquals(
                    1,
                    verify(CosignVerifier.of(key("ours")), image)
                            .where(built, "test")
                            .verified()
                            .size());
            PredicateConditions packages =
                    PredicateConditions.ofType(PredicateType.SPDX).withPackages();
            assertEquals(
                    1,
                    verify(CosignVerifier.of(key("ours")), bundled)
                            .where(packages, "test")
                            .verified()
                            .size());
        }
    }
}
