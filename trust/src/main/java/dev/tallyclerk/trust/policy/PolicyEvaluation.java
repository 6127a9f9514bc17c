package dev.tallyclerk.trust.policy;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.Attachment;
import dev.tallyclerk.evidence.Attachments;
import dev.tallyclerk.evidence.Evidence;
import dev.tallyclerk.evidence.ImageCandidate;
import dev.tallyclerk.evidence.RefusedEvidence;
import dev.tallyclerk.evidence.Signer;
import dev.tallyclerk.evidence.TargetArtifact;
import dev.tallyclerk.evidence.TrustResult;
import dev.tallyclerk.hardening.audit.Decision;
import dev.tallyclerk.reference.DigestResolutionException;
import dev.tallyclerk.reference.DigestResolver;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.trust.attestation.AttachmentFindings;
import dev.tallyclerk.trust.attestation.VerifiedStatement;
import java.io.IOException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Holds one image against one rule. For one thread. */
final class PolicyEvaluation {
    private static final long ROOM = 32L << 20;

    /** More would not help people who read the report. */
    private static final int MAX_REFUSED = 1_000;

    private final TrustRule rule;
    private final String policy;
    private final Optional<Reference> name;
    private final ImageCandidate image;
    private final SignatureChecks checks;

    private final Set<Evidence> evidence = new LinkedHashSet<>();
    private final Set<RefusedEvidence> refused = new LinkedHashSet<>();
    private final List<String> unmet = new ArrayList<>();
    private final List<String> missing = new ArrayList<>();
    private final IdentityHashMap<DigestResolver, ResolvedDigest> resolved = new IdentityHashMap<>();
    private @Nullable List<Attachment> attachments;

    PolicyEvaluation(
            String policy, TrustRule rule, Optional<Reference> name, ImageCandidate image, SignatureChecks checks) {
        this.policy = policy;
        this.rule = rule;
        this.name = name;
        this.image = image;
        this.checks = checks;
    }

    TrustResult decide() throws IOException {
        Requirement requirement = rule.requirement();
        if (requirement instanceof Requirement.Reject) {
            return result(Decision.Kind.REJECTED, List.of("the policy requires " + requirement), null);
        }
        Optional<ResolvedDigest> listed = Optional.empty();
        Optional<DigestResolver> resolver = resolverOf(requirement);
        TargetArtifact target;
        if (resolver.isPresent() && name.isPresent()) {
            try {
                listed = Optional.of(resolve(resolver.get(), name.get()));
            } catch (DigestResolutionException e) {
                return unresolved(e);
            }
            Digest digest = listed.get().digest();
            Optional<TargetArtifact> found = image.manifest(digest);
            if (found.isEmpty()) {
                return result(
                        Decision.Kind.INCOMPLETE,
                        List.of("the source does not have " + digest + ", which "
                                + listed.get().voucher() + " vouches for"),
                        null);
            }
            target = found.get();
        } else {
            target = image.resolve();
        }
        Optional<Digest> pinned = name.flatMap(Reference::digest);
        if (pinned.isPresent() && !pinned.get().equals(target.digest())) {
            return result(
                    Decision.Kind.REJECTED,
                    List.of("the name has the digest " + pinned.get() + ", and the image has " + target.digest()),
                    null);
        }
        if (evaluate(requirement, target).isMet()) {
            ResolvedDigest vouched = listed.orElseGet(
                    () -> ResolvedDigest.of(target.digest(), target.size(), "rule " + rule.scope() + " of " + policy));
            return result(Decision.Kind.ACCEPTED, accepted(), vouched);
        }
        List<String> because = new ArrayList<>();
        because.add("the rule " + rule.scope() + " requires: " + requirement);
        because.addAll(unmet);
        because.addAll(missing);
        return result(missing.isEmpty() ? Decision.Kind.REJECTED : Decision.Kind.INCOMPLETE, because, null);
    }

    private List<String> accepted() {
        if (evidence.isEmpty()) {
            return List.of("the rule " + rule.scope() + " accepts anything");
        }
        return evidence.stream()
                .map(each -> each.signer() + " vouches for " + each.subject())
                .distinct()
                .toList();
    }

    private TrustResult unresolved(DigestResolutionException e) throws DigestResolutionException {
        return switch (e.reason()) {
            case UNAVAILABLE -> throw e;
            case UNSUPPORTED -> result(Decision.Kind.INCOMPLETE, List.of(String.valueOf(e.getMessage())), null);
            case NOT_FOUND, NOT_TRUSTED ->
                result(Decision.Kind.REJECTED, List.of(e.reason() + ": " + e.getMessage()), null);
        };
    }

    private TrustResult result(Decision.Kind kind, List<String> because, @Nullable ResolvedDigest digest) {
        return new TrustResult(
                new Decision(kind, because),
                Optional.ofNullable(digest),
                rule.scope().toString(),
                List.copyOf(evidence),
                List.copyOf(refused));
    }

    /**
     * {@return who says which digest the name stands for, if the requirement cannot be met without them}
     *
     * <p>Their digest is then the one to look at, and the source's tag is not asked for.
     */
    private static Optional<DigestResolver> resolverOf(Requirement requirement) {
        if (requirement instanceof Requirement.Tuf tuf) {
            return Optional.of(tuf.resolver());
        }
        if (requirement instanceof Requirement.Notary notary) {
            return Optional.of(notary.resolver());
        }
        if (requirement instanceof Requirement.AllOf all) {
            return all.requirements().stream()
                    .map(PolicyEvaluation::resolverOf)
                    .flatMap(Optional::stream)
                    .findFirst();
        }
        return Optional.empty();
    }

    private SignerChoice evaluate(Requirement requirement, TargetArtifact target) throws IOException {
        if (requirement instanceof Requirement.AllOf all) {
            return SignerChoice.allOf(evaluate(all.requirements(), target));
        }
        if (requirement instanceof Requirement.AnyOf any) {
            return SignerChoice.anyOf(evaluate(any.requirements(), target));
        }
        if (requirement instanceof Requirement.AtLeast some) {
            List<SignerChoice> choices = evaluate(some.requirements(), target);
            SignerChoice choice = SignerChoice.atLeast(some.count(), choices);
            long met = choices.stream().filter(SignerChoice::isMet).count();
            if (!choice.isMet() && met >= some.count()) {
                unmet.add(met + " requirements are met, and not by " + some.count() + " different signers");
            }
            return choice;
        }
        if (requirement instanceof Requirement.InsecureAcceptAnything) {
            return SignerChoice.of(List.of("anybody"));
        }
        if (requirement instanceof Requirement.Pinned pinned) {
            return pinned(pinned, target);
        }
        if (requirement instanceof Requirement.Tuf tuf) {
            return listed(Evidence.Kind.TUF_TARGET, tuf.repository(), tuf.resolver(), target);
        }
        if (requirement instanceof Requirement.Notary notary) {
            return listed(Evidence.Kind.NOTARY_TARGET, notary.server(), notary.resolver(), target);
        }
        if (requirement instanceof Requirement.Unsupported) {
            missing.add("the policy requires " + requirement);
            return SignerChoice.NONE;
        }
        if (requirement instanceof Requirement.Reject) {
            unmet.add("the policy requires " + requirement);
            return SignerChoice.NONE;
        }
        return signed(requirement, target);
    }

    private List<SignerChoice> evaluate(List<Requirement> requirements, TargetArtifact target) throws IOException {
        List<SignerChoice> choices = new ArrayList<>();
        for (Requirement requirement : requirements) {
            choices.add(evaluate(requirement, target));
        }
        return choices;
    }

    private SignerChoice pinned(Requirement.Pinned pinned, TargetArtifact target) {
        if (!pinned.digests().contains(target.digest())) {
            unmet.add("the image has the digest " + target.digest() + ", the policy requires " + pinned);
            return SignerChoice.NONE;
        }
        return found(Evidence.of(
                Evidence.Kind.PINNED_DIGEST, target.digest(), new Signer.PolicyAuthor(policy), "policy " + policy));
    }

    private SignerChoice listed(Evidence.Kind kind, String repository, DigestResolver resolver, TargetArtifact target)
            throws IOException {
        if (name.isEmpty()) {
            unmet.add("the image has no name to look for among the targets of " + repository);
            return SignerChoice.NONE;
        }
        try {
            ResolvedDigest listed = resolve(resolver, name.get());
            if (!listed.digests().contains(target.digest())) {
                unmet.add(listed.voucher() + " vouches for " + listed.digest() + ", and the image has "
                        + target.digest());
                return SignerChoice.NONE;
            }
            if (listed.size().isPresent() && listed.size().getAsLong() != target.size()) {
                unmet.add(listed.voucher() + " vouches for " + listed.size().getAsLong()
                        + " bytes, and the image's manifest has " + target.size());
                return SignerChoice.NONE;
            }
            Signer signer = new Signer.Role(repository, listed.role().orElse("targets"), listed.threshold());
            Evidence entry =
                    Evidence.of(kind, target.digest(), signer, listed.voucher()).withNotChecked(listed.notChecked());
            return found(listed.validUntil().map(entry::withValidUntil).orElse(entry));
        } catch (DigestResolutionException e) {
            switch (e.reason()) {
                case UNAVAILABLE, UNSUPPORTED -> missing.add(e.reason() + ": " + e.getMessage());
                case NOT_FOUND, NOT_TRUSTED -> unmet.add(e.reason() + ": " + e.getMessage());
            }
            return SignerChoice.NONE;
        }
    }

    private ResolvedDigest resolve(DigestResolver resolver, Reference image) throws DigestResolutionException {
        ResolvedDigest known = resolved.get(resolver);
        if (known == null) {
            known = resolver.resolve(image);
            resolved.put(resolver, known);
        }
        return known;
    }

    private SignerChoice found(Evidence found) {
        evidence.add(found);
        return SignerChoice.of(List.of(found.signer().id()));
    }

    private SignerChoice signed(Requirement requirement, TargetArtifact target) throws IOException {
        List<Attachment> candidates = attachments(target.digest());
        AttachmentFindings findings = checks.check(requirement, candidates, target, name);
        for (VerifiedStatement statement : findings.verified()) {
            evidence.add(statement.evidence());
        }
        for (RefusedEvidence each : findings.refused()) {
            if (refused.size() < MAX_REFUSED) {
                // The verifiers below know a part of the requirement only.
                refused.add(new RefusedEvidence(each.origin(), requirement.toString(), each.reason(), each.message()));
            }
        }
        if (findings.verified().isEmpty()) {
            unmet.add("no " + requirement + ": " + why(findings.refused(), candidates.size()));
        }
        return SignerChoice.of(findings.verified().stream()
                .map(statement -> statement.evidence().signer().id())
                .toList());
    }

    private static String why(List<RefusedEvidence> refused, int attached) {
        if (attached == 0) {
            return "nothing is attached to the image";
        }
        if (refused.isEmpty()) {
            return "none of " + attached + " attached artifacts is one";
        }
        RefusedEvidence first = refused.get(0);
        String more = refused.size() == 1 ? "" : " (and " + (refused.size() - 1) + " more)";
        return first.reason() + ": " + first.message() + more;
    }

    private List<Attachment> attachments(Digest digest) throws IOException {
        List<Attachment> known = attachments;
        if (known == null) {
            Attachments listed = image.attachments().attachments(digest);
            missing.addAll(listed.notes());
            AttachedOnce.Room room = new AttachedOnce.Room(ROOM);
            List<Attachment> once = new ArrayList<>();
            listed.list().forEach(each -> once.add(new AttachedOnce(each, room)));
            known = List.copyOf(once);
            attachments = known;
        }
        return known;
    }
}
