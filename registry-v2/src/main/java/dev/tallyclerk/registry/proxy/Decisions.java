package dev.tallyclerk.registry.proxy;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Decision;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.admission.Admission;
import dev.tallyclerk.registry.admission.AdmissionResult;
import dev.tallyclerk.registry.proxy.ProxyEvent.Content;
import dev.tallyclerk.registry.proxy.ProxyEvent.Kind;
import dev.tallyclerk.registry.verify.ContentResult;
import dev.tallyclerk.registry.verify.ImageVerification;
import dev.tallyclerk.verify.VerificationException;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the policy of a repository says, kept for each name, digest and version of the policy. */
final class Decisions {
    private static final int MOST_REASONS = 5;

    /** So many tags of a manifest are tried, and so many indexes that name it. */
    private static final int MOST_WAYS = 5;

    private final ProxyState state;
    private final ProxyLimits limits;
    private final Events events;
    private final Documents documents;
    private final Blobs blobs;

    Decisions(ProxyState state, ProxyLimits limits, Events events, Documents documents, Blobs blobs) {
        this.state = state;
        this.limits = limits;
        this.events = events;
        this.documents = documents;
        this.blobs = blobs;
    }

    /**
     * {@return the digest to give for a tag}
     *
     * @param claimed what the upstream says that it stands for
     */
    Digest resolve(View view, ProxyPolicy policy, String tag, Digest claimed) throws Refusal {
        Verdict verdict = decide(view, policy, view.name(tag), claimed, null);
        require(view, tag, verdict);
        return verdict.root();
    }

    /** Returns only if the manifest of that digest may be given. */
    void requireManifest(View view, ProxyPolicy policy, Digest digest) throws Refusal {
        if (!isCovered(view, policy, digest)) {
            require(view, digest.toString(), onDigest(view, policy, digest));
        }
    }

    /** Returns only if a manifest leads to the blob that may be given itself. */
    void requireBlob(View view, ProxyPolicy policy, Digest blob) throws Refusal {
        List<Digest> owners = view.index().owners(blob);
        if (owners.stream().anyMatch(owner -> isCovered(view, policy, owner))) {
            return;
        }
        Verdict last = null;
        for (Digest owner : owners) {
            last = onDigest(view, policy, owner);
            if (last.isAccepted()) {
                return;
            }
        }
        if (last != null) {
            require(view, blob.toString(), last);
        }
    }

    private Verdict onDigest(View view, ProxyPolicy policy, Digest digest) throws Refusal {
        // Who vouches for an index vouches for what it names; the content of that is looked at on its own.
        List<Digest> parents = view.index().parents(digest);
        Optional<Digest> covered =
                parents.stream().filter(each -> isCovered(view, policy, each)).findFirst();
        if (covered.isPresent()) {
            return decide(view, policy, view.name(digest), digest, covered.get());
        }
        Verdict verdict = onNames(view, policy, digest);
        if (verdict.isAccepted() || verdict.isVouched()) {
            return verdict;
        }
        for (Digest parent : first(parents)) {
            if (onNames(view, policy, parent).isAccepted()) {
                return decide(view, policy, view.name(digest), digest, parent);
            }
        }
        return verdict;
    }

    /** Decides by the digest, or else with the tags: those who vouch for tags, as in TUF and Notary, know no digest. */
    private Verdict onNames(View view, ProxyPolicy policy, Digest digest) throws Refusal {
        Verdict verdict = decide(view, policy, view.name(digest), digest, null);
        if (verdict.isAccepted() || verdict.isVouched()) {
            return verdict;
        }
        for (String tag : first(view.index().tagsOf(digest))) {
            Verdict tagged = decide(view, policy, view.name(tag).withDigest(digest), digest, null);
            if (tagged.isAccepted()) {
                return tagged;
            }
        }
        return verdict;
    }

    private static <T> List<T> first(List<T> ways) {
        return ways.subList(0, Math.min(MOST_WAYS, ways.size()));
    }

    private void require(View view, String what, Verdict verdict) throws Refusal {
        if (!verdict.isAccepted()) {
            events.tell(Kind.DENIED, Content.MANIFEST, view, what, verdict.reason());
            throw Refusal.denied(
                    "the policy of this proxy refuses " + view.name() + (what.indexOf(':') < 0 ? ":" : "@") + what
                            + ": " + verdict.reason(),
                    verdict.rules());
        }
    }

    /**
     * Decides beside the answer, and only reports a refusal.
     *
     * @param tag by which the manifest was asked for, or nothing if it was by its digest
     */
    void observe(View view, ProxyPolicy policy, Optional<String> tag, Digest digest) {
        Reference name = tag.map(view::name).orElseGet(() -> view.name(digest));
        String key = key(view, policy, name, digest, null);
        if (known(key).isPresent() || (tag.isEmpty() && isCovered(view, policy, digest))) {
            return;
        }
        boolean isPending = state.observations.add(key, () -> {
            try {
                Verdict verdict =
                        tag.isPresent() ? decide(view, policy, name, digest, null) : onDigest(view, policy, digest);
                if (!verdict.isAccepted()) {
                    observed(view, name, verdict.reason());
                }
            } catch (Refusal e) {
                observed(view, name, e.message());
            }
        });
        if (!isPending) {
            observed(view, name, "too many images wait to be decided on");
        }
    }

    private void observed(View view, Reference name, String reason) {
        events.tell(Kind.OBSERVED, Content.MANIFEST, view, name.toString(), reason);
    }

    private static String key(View view, ProxyPolicy policy, Reference name, Digest digest, @Nullable Digest parent) {
        return view.key() + " " + name + " " + digest + " " + policy.version()
                + (parent == null ? "" : " in " + parent);
    }

    private static String coverKey(View view, ProxyPolicy policy, Digest digest) {
        return view.key() + " covers " + digest + " " + policy.version();
    }

    private Optional<Verdict> known(String key) {
        return Optional.ofNullable(state.verdicts.get(key))
                .filter(verdict -> state.isWithin(
                        verdict.decided(), verdict.isFinal() ? limits.decisionTime() : limits.missingTime()));
    }

    /**
     * {@return the acceptance of the same digest by the same policy that may be relied on while nobody can be asked}
     */
    private Verdict stale(View view, ProxyPolicy policy, Reference name, Digest digest, String key, Refusal failure)
            throws Refusal {
        Stream<String> keys = name.tag().isEmpty() || name.digest().isPresent()
                ? Stream.of(key, coverKey(view, policy, digest))
                : Stream.of(key);
        Verdict accepted = keys.map(state.verdicts::get)
                .filter(verdict -> verdict != null
                        && verdict.isAccepted()
                        && state.isWithin(
                                verdict.decided(), limits.decisionTime().plus(limits.staleTime())))
                .findFirst()
                .orElseThrow(() -> failure);
        events.tell(Kind.STALE, Content.MANIFEST, view, name.toString(), failure.message());
        return accepted;
    }

    private boolean isCovered(View view, ProxyPolicy policy, Digest digest) {
        return known(coverKey(view, policy, digest)).isPresent();
    }

    private Verdict decide(View view, ProxyPolicy policy, Reference name, Digest digest, @Nullable Digest parent)
            throws Refusal {
        String key = key(view, policy, name, digest, parent);
        Optional<Verdict> known = known(key);
        if (known.isPresent()) {
            return known.get();
        }
        try {
            return state.decisions.here(key, () -> {
                Verdict verdict = verdict(view, policy.admission().orElseThrow(), name, digest, parent);
                state.verdicts.put(key, verdict);
                for (Digest covered : verdict.covered()) {
                    state.verdicts.put(coverKey(view, policy, covered), verdict);
                }
                return verdict;
            });
        } catch (Refusal e) {
            return stale(view, policy, name, digest, key, e);
        } catch (IOException e) {
            // What the upstream got wrong may show before the image is read, or, below, while it is.
            Refusal failure = Failures.cause(e) instanceof VerificationException
                    ? Failures.refusal(view.upstream(), e, "MANIFEST_UNKNOWN")
                    : Refusal.of(503, "UNAVAILABLE", "the policy of this proxy cannot be asked: " + e.getMessage());
            return stale(view, policy, name, digest, key, failure);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("the policy failed", e);
        }
    }

    private Verdict verdict(View view, Admission admission, Reference name, Digest digest, @Nullable Digest parent)
            throws IOException, Refusal {
        try (ProxiedImage image = new ProxiedImage(view, name, digest, documents, blobs)) {
            AdmissionResult result = parent == null
                    ? admission.check(image, name)
                    : admission.check(image, ResolvedDigest.of(digest, "the index " + parent));
            Set<Digest> covered = new HashSet<>();
            Digest root = digest;
            if (result.isAccepted()) {
                ImageVerification verified = result.verification().orElseThrow();
                root = verified.resolved().digest();
                covered.add(root);
                Stream.concat(Stream.of(verified), verified.others().stream())
                        .forEach(each -> each.manifestDigest().ifPresent(covered::add));
            } else {
                requireWhole(view, result);
            }
            return new Verdict(
                    result.isAccepted(),
                    result.verification().isPresent(),
                    result.decision().kind() != Decision.Kind.INCOMPLETE,
                    root,
                    Set.copyOf(covered),
                    reason(result),
                    rules(result),
                    state.now());
        }
    }

    /** A refusal because something could not be read is no decision: the next attempt may read it. */
    private static void requireWhole(View view, AdmissionResult result) throws Refusal {
        if (result.verification().isEmpty() && result.decision().kind() == Decision.Kind.INCOMPLETE) {
            throw Refusal.of(503, "UNAVAILABLE", "the policy of this proxy cannot decide now: " + reason(result));
        }
        boolean isCut = result.verification().stream()
                .flatMap(image -> image.problems().stream())
                .anyMatch(check -> check.result() instanceof ContentResult.Failed failed && failed.isOfTheSource());
        if (isCut) {
            throw Refusal.of(
                    502,
                    "MANIFEST_INVALID",
                    view.upstream().registry() + " did not give what the image promises: " + reason(result));
        }
    }

    private static String reason(AdmissionResult result) {
        List<String> because = result.decision().because();
        String first = String.join("; ", because.subList(0, Math.min(MOST_REASONS, because.size())));
        return because.size() <= MOST_REASONS ? first : first + "; and " + (because.size() - MOST_REASONS) + " more";
    }

    private static List<String> rules(AdmissionResult result) {
        Optional<AuditReport> audit = result.audit();
        return audit.isEmpty()
                ? List.of()
                : audit.get().findings().stream()
                        .filter(audit.get()::isCounted)
                        .map(finding -> finding.rule().id().toString())
                        .distinct()
                        .toList();
    }
}
