package dev.tallyclerk.maven;

import dev.tallyclerk.hardening.RulePack;
import dev.tallyclerk.hardening.RuleSet;
import dev.tallyclerk.hardening.audit.Baseline;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.hardening.compose.ComposeRules;
import dev.tallyclerk.hardening.container.ContainerRules;
import dev.tallyclerk.hardening.dockerfile.DockerfileRules;
import dev.tallyclerk.hardening.kubernetes.KubernetesRules;
import dev.tallyclerk.hardening.policy.PolicyException;
import dev.tallyclerk.hardening.policy.PolicyReader;
import dev.tallyclerk.hardening.report.BaselineException;
import dev.tallyclerk.hardening.report.BaselineReader;
import dev.tallyclerk.hardening.yaml.YamlDocument;
import dev.tallyclerk.hardening.yaml.YamlPolicyReader;
import dev.tallyclerk.registry.admission.AllRules;
import dev.tallyclerk.registry.audit.ImageRules;
import dev.tallyclerk.registry.audit.files.FileCheck;
import dev.tallyclerk.registry.audit.files.FileRulePack;
import dev.tallyclerk.registry.audit.files.FileSystemRules;
import dev.tallyclerk.trust.policy.RepositoryAccess;
import dev.tallyclerk.trust.policy.TrustPolicy;
import dev.tallyclerk.trust.policy.TrustPolicyReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads the files that the parameters name. */
final class PolicyFiles {
    private static final int MAX_TRUST = 1 << 20;

    private PolicyFiles() {}

    /** {@return the rules for images, those of packs among the plugin's dependencies included} */
    static List<RuleSet> imageRuleSets() {
        return withPacks(List.of(ImageRules.ruleSet(), FileSystemRules.ruleSet()));
    }

    /** {@return the rules for images and files, those of packs among the plugin's dependencies included} */
    static List<RuleSet> ruleSets() {
        return withPacks(List.of(
                ImageRules.ruleSet(),
                FileSystemRules.ruleSet(),
                DockerfileRules.ruleSet(),
                ComposeRules.ruleSet(),
                ContainerRules.ruleSet(),
                KubernetesRules.ruleSet()));
    }

    private static List<RuleSet> withPacks(List<RuleSet> own) {
        List<RuleSet> all = new ArrayList<>(own);
        all.addAll(RulePack.installed(loader()));
        return all;
    }

    /** {@return what finds the facts for the rules on files of packs among the plugin's dependencies} */
    static List<FileCheck> fileChecks() {
        return FileRulePack.installed(loader());
    }

    private static ClassLoader loader() {
        return Objects.requireNonNull(PolicyFiles.class.getClassLoader());
    }

    /** {@return a policy, which may name rules that the plugin does not run} */
    static Policy policy(@Nullable File file) throws IOException {
        if (file == null) {
            return Policy.defaults();
        }
        PolicyReader reader = PolicyReader.of(withPacks(AllRules.ruleSets()));
        byte[] document = read(file, reader.maxBytes());
        try {
            return YamlPolicyReader.of(reader).readNamed(file.getName(), document);
        } catch (PolicyException e) {
            throw new IOException(file + ": " + e.reason() + ": " + e.getMessage(), e);
        }
    }

    static Optional<Baseline> baseline(@Nullable File file) throws IOException {
        if (file == null) {
            return Optional.empty();
        }
        BaselineReader reader = BaselineReader.create();
        try {
            return Optional.of(reader.read(read(file, reader.maxBytes())));
        } catch (BaselineException e) {
            throw new IOException(file + ": " + e.reason() + ": " + e.getMessage(), e);
        }
    }

    static TrustPolicy trust(File file, RepositoryAccess repositories, Consumer<Path> fileListener) throws IOException {
        byte[] document = read(file, MAX_TRUST);
        Path folder = file.toPath().toAbsolutePath().getParent();
        TrustPolicyReader reader = TrustPolicyReader.create()
                .withTuf(repositories)
                .withNotary(repositories)
                .withFileListener(fileListener);
        TrustPolicyReader inFolder = folder == null ? reader : reader.withFolder(folder);
        try {
            return YamlDocument.readNamed(file.getName(), document, MAX_TRUST, inFolder::read);
        } catch (PolicyException e) {
            throw new IOException(file + ": " + e.reason() + ": " + e.getMessage(), e);
        }
    }

    private static byte[] read(File file, int maxBytes) throws IOException {
        try (InputStream in = Files.newInputStream(file.toPath())) {
            return in.readNBytes(maxBytes + 1);
        } catch (NoSuchFileException e) {
            throw new IOException("no such file: " + file, e);
        } catch (IOException e) {
            throw new IOException(file + " cannot be read: " + e.getMessage(), e);
        }
    }
}
