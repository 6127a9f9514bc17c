import org.jspecify.annotations.NullMarked;

/**
 * Digests, image references, streaming verification and hardening rules.
 *
 * <p>To check content, start at {@link dev.tallyclerk.verify.VerifyingInputStream}; to read the names of images, at
 * {@link dev.tallyclerk.reference.Reference}; to audit, at {@link dev.tallyclerk.hardening.audit.Auditor}.
 */
@NullMarked
@SuppressWarnings("module") // the friends below are built after this module
module dev.tallyclerk.core {
    // Each is needed by the adapter packages http.jdk, verify.http and http.okhttp only. Not transitive: a program that
    // uses an adapter has to require its module too, or would not have it at run time.
    requires static java.net.http;
    requires static okhttp3;
    requires static okio;
    requires static transitive org.jspecify;
    // Needed by the packages hardening.yaml and hardening.document only, the latter for YAML.
    requires static org.snakeyaml.engine;

    exports dev.tallyclerk.digest;
    exports dev.tallyclerk.engine;
    exports dev.tallyclerk.evidence;
    exports dev.tallyclerk.hardening;
    exports dev.tallyclerk.hardening.apparmor;
    exports dev.tallyclerk.hardening.audit;
    exports dev.tallyclerk.hardening.benchmark;
    exports dev.tallyclerk.hardening.compose;
    exports dev.tallyclerk.hardening.container;
    exports dev.tallyclerk.hardening.container.model;
    exports dev.tallyclerk.hardening.document;
    exports dev.tallyclerk.hardening.dockerfile;
    exports dev.tallyclerk.hardening.engine;
    exports dev.tallyclerk.hardening.host;
    exports dev.tallyclerk.hardening.kubernetes;
    exports dev.tallyclerk.hardening.policy;
    exports dev.tallyclerk.hardening.report;
    exports dev.tallyclerk.hardening.seccomp;
    exports dev.tallyclerk.hardening.source;
    exports dev.tallyclerk.hardening.swarm;
    exports dev.tallyclerk.hardening.yaml;
    exports dev.tallyclerk.host;
    exports dev.tallyclerk.http;
    exports dev.tallyclerk.http.jdk;
    exports dev.tallyclerk.http.okhttp;
    exports dev.tallyclerk.internal.call to
            dev.tallyclerk.registry,
            dev.tallyclerk.trust;
    exports dev.tallyclerk.internal.checksum to
            dev.tallyclerk.registry;
    exports dev.tallyclerk.internal.command to
            dev.tallyclerk.registry;
    exports dev.tallyclerk.internal.curve to
            dev.tallyclerk.registry,
            dev.tallyclerk.trust;
    exports dev.tallyclerk.internal.file to
            dev.tallyclerk.registry,
            dev.tallyclerk.trust;
    exports dev.tallyclerk.internal.json to
            dev.tallyclerk.registry,
            dev.tallyclerk.trust;
    exports dev.tallyclerk.internal.secret to
            dev.tallyclerk.registry;
    exports dev.tallyclerk.internal.shell to
            dev.tallyclerk.registry;
    exports dev.tallyclerk.internal.stream to
            dev.tallyclerk.registry,
            dev.tallyclerk.trust;
    exports dev.tallyclerk.internal.subject to
            dev.tallyclerk.registry;
    exports dev.tallyclerk.internal.text to
            dev.tallyclerk.registry,
            dev.tallyclerk.trust;
    exports dev.tallyclerk.internal.work to
            dev.tallyclerk.registry;
    exports dev.tallyclerk.reference;
    exports dev.tallyclerk.text;
    exports dev.tallyclerk.verify;
    exports dev.tallyclerk.verify.http;
    exports dev.tallyclerk.verify.store;
    exports dev.tallyclerk.version;

    uses dev.tallyclerk.hardening.RulePack;
    uses dev.tallyclerk.hardening.source.SubjectKind;
}
