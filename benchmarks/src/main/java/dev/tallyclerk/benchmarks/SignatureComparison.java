package dev.tallyclerk.benchmarks;

import dev.sigstore.KeylessVerifier;
import dev.sigstore.VerificationOptions;
import dev.tallyclerk.benchmarks.Comparison.Measure;
import dev.tallyclerk.benchmarks.Comparison.Work;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.trust.key.TrustedKey;
import dev.tallyclerk.trust.sigstore.CertificateIdentity;
import dev.tallyclerk.trust.sigstore.SigstoreBundle;
import dev.tallyclerk.trust.sigstore.SigstoreThresholds;
import dev.tallyclerk.trust.sigstore.SigstoreVerifier;
import dev.tallyclerk.trust.sigstore.TrustedRoot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.security.Signature;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Verification of Sigstore bundles against sigstore-java, the runtime's signature check and cosign.
 *
 * <p>Arguments: none, or a folder for the tables and the chart, and a name for their files. Runs in the project's
 * folder, whose test data it reads.
 */
public final class SignatureComparison {
    private static final Path BUNDLES = Path.of("trust/src/test/resources/testdata/sigstore/bundles");
    private static final Pattern SIGNATURE = Pattern.compile("\"signature\": ?\"([^\"]+)\"");

    private final Comparison comparison;
    private final Path bundles;
    private final byte[] artifact;

    private SignatureComparison(Comparison comparison) throws IOException {
        this.comparison = comparison;
        // The tests run in a module's folder.
        this.bundles = Files.exists(BUNDLES) ? BUNDLES : Path.of("..").resolve(BUNDLES);
        this.artifact = Files.readAllBytes(artifactFile());
    }

    /** Runs all comparisons and prints, or writes, the tables. */
    public static void main(String[] args) throws Exception {
        Comparison comparison = new Comparison(Effort.FULL);
        run(comparison);
        comparison.report(args);
    }

    static void run(Comparison comparison) throws Exception {
        var run = new SignatureComparison(comparison);
        run.keyless();
        run.byKey();
        run.processes();
    }

    private Path root() {
        return bundles.resolve("trusted_root.json");
    }

    private Path artifactFile() {
        return bundles.resolve("artifact.json");
    }

    private Path bundleFile(String name) {
        return bundles.resolve(name).resolve("bundle.sigstore.json");
    }

    private void keyless() throws Exception {
        comparison.section("Keyless bundles, offline");
        SigstoreVerifier ours = SigstoreBundles.ours(root());
        CertificateIdentity identity = CertificateIdentity.of(SigstoreBundles.IDENTITY, SigstoreBundles.ISSUER);
        KeylessVerifier theirs = SigstoreBundles.theirs(root());
        VerificationOptions options = SigstoreBundles.options(SigstoreBundles.IDENTITY, SigstoreBundles.ISSUER);
        for (String name : List.of("ok-v03", "ok-dsse", "ok-rekor2-dsse-kind")) {
            byte[] bundle = Files.readAllBytes(bundleFile(name));
            Work subject = () -> SigstoreBundles.verify(ours, identity, bundle, artifact);
            Work yardstick = () -> SigstoreBundles.verify(theirs, options, bundle, artifact);
            warmUp(subject);
            warmUp(yardstick);
            comparison.add(name + " : sigstore-java", 5, subject, yardstick);
        }
    }

    /** The first second of a process is mostly that of its compiler. */
    private void warmUp(Work work) throws Exception {
        if (!comparison.effort().equals(Effort.SMOKE)) {
            comparison.time(work, comparison.effort().rounds() * 50L);
        }
    }

    private void byKey() throws Exception {
        comparison.section("Bundles by a key, without a log");
        TrustedKey key = TrustedKey.parse(Files.readString(bundles.resolve("key.pub")));
        byte[] bundle = Files.readAllBytes(bundleFile("ok-key-no-log"));
        SigstoreVerifier ours = SigstoreVerifier.of(TrustedRoot.empty())
                .withKeys(List.of(key))
                .withThresholds(SigstoreThresholds.defaults().withLogs(0).withTimes(0));
        byte[] signature = signature(bundle);
        // At most a fifth slower.
        comparison.add(
                "bundle, parsed and verified : the runtime's signature check",
                1 / 1.2,
                () -> verify(ours, bundle),
                () -> verify(key.publicKey(), signature));
    }

    private long verify(SigstoreVerifier verifier, byte[] bundle) throws EvidenceException {
        return verifier.verify(SigstoreBundle.parse(bundle), artifact)
                .signer()
                .id()
                .length();
    }

    private long verify(PublicKey key, byte[] signed) throws Exception {
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initVerify(key);
        signature.update(artifact);
        if (!signature.verify(signed)) {
            throw new IllegalStateException("wrong signature");
        }
        return signed.length;
    }

    private static byte[] signature(byte[] bundle) {
        Matcher matcher = SIGNATURE.matcher(new String(bundle, StandardCharsets.UTF_8));
        if (!matcher.find()) {
            throw new IllegalStateException("the bundle has no signature");
        }
        return Base64.getDecoder().decode(matcher.group(1));
    }

    private void processes() throws Exception {
        comparison.section("Whole processes that verify one keyless bundle");
        Path bundle = bundleFile("ok-v03");
        String[] theirs = Processes.java(
                        FreshBundle.class,
                        System.getProperty("java.class.path"),
                        List.of("-XX:+UseSerialGC"),
                        root().toString(),
                        bundle.toString(),
                        artifactFile().toString())
                .toArray(String[]::new);
        Path script = Path.of("examples", "tallyclerk").toAbsolutePath();
        if (!Files.exists(script.resolveSibling("command/target/tallyclerk.jar"))) {
            comparison.fact("the command", "skipped, not built, or this was not started in the project's folder");
            Processes.cpuNanos(theirs);
            return;
        }
        List<String> demanded = List.of(
                "--certificate-identity",
                SigstoreBundles.IDENTITY,
                "--certificate-oidc-issuer",
                SigstoreBundles.ISSUER);
        List<String> ours = new ArrayList<>(List.of("env", "JAVA_HOME=" + System.getProperty("java.home")));
        int at = ours.size();
        ours.addAll(List.of(script.toString(), "trust", "verify-bundle", "--bundle", bundle.toString()));
        ours.addAll(demanded);
        ours.addAll(List.of("--trusted-root", root().toString(), artifactFile().toString()));
        List<String> recording = new ArrayList<>(ours);
        recording.add(at, "TALLYCLERK_ARCHIVE=write");
        Processes.output(recording);
        Measure command = () -> Processes.cpuNanos(ours.toArray(String[]::new));
        comparison.measure(
                "tallyclerk trust verify-bundle : sigstore-java", 2, command, () -> Processes.cpuNanos(theirs));
        if (!Processes.has("cosign")) {
            comparison.fact("cosign", "skipped, not there");
            return;
        }
        List<String> cosign = new ArrayList<>(List.of(
                "cosign",
                "verify-blob",
                "--bundle",
                bundle.toString(),
                "--new-bundle-format",
                "--offline",
                "--trusted-root",
                root().toString()));
        cosign.addAll(demanded);
        cosign.add(artifactFile().toString());
        comparison.measure(
                "tallyclerk trust verify-bundle : cosign verify-blob",
                1 / 1.3,
                command,
                () -> Processes.cpuNanos(cosign.toArray(String[]::new)));
    }
}
