package dev.tallyclerk.trust.policy;

import dev.tallyclerk.hardening.policy.PolicyException;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.reference.DigestResolver;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.image.NotaryDigestResolver;
import dev.tallyclerk.trust.notary.ContentTrust;
import dev.tallyclerk.trust.notary.NotaryClient;
import dev.tallyclerk.trust.notary.NotaryCollection;
import dev.tallyclerk.trust.notary.NotaryRootTrust;
import dev.tallyclerk.trust.notary.metadata.NotaryException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Reads requirements of targets in Notary v1 collections. */
final class NotaryDocument {
    private final PolicyMaterial material;

    NotaryDocument(PolicyMaterial material) {
        this.material = material;
    }

    /** How current a collection has to be. */
    enum Freshness {
        CONFIRMED("refuse", "confirmed by the server"),
        STORED("stored", "or as stored if the server gives no answer"),
        OFFLINE("only", "as stored, without a request");

        private final String spelling;
        private final String words;

        Freshness(String spelling, String words) {
            this.spelling = spelling;
            this.words = words;
        }

        NotaryCollection of(NotaryClient client, boolean allowsExpired) throws NotaryException {
            return switch (this) {
                case CONFIRMED -> allowsExpired ? client.updateAllowingExpired() : client.update();
                case STORED -> client.updateOrStored();
                case OFFLINE -> allowsExpired ? client.offlineAllowingExpired() : client.offline();
            };
        }
    }

    Requirement read(JsonCursor at) throws JsonException, PolicyException {
        Members members = Members.of(at, "server", "saved", "rootTrust", "roles", "offline", "allowExpired");
        NotaryAccess access = material.notary();
        if (access == null) {
            throw at.badValue("this policy may not name Notary collections");
        }
        if (members.has("server") && members.has("saved")) {
            throw at.badValue("must not have both server and saved");
        }
        List<String> demands = new ArrayList<>();
        NotaryRootTrust trust = rootTrust(at.required("rootTrust"), demands);
        Freshness freshness = members.has("offline") ? freshness(at.required("offline")) : Freshness.CONFIRMED;
        boolean allowsExpired =
                members.has("allowExpired") && at.required("allowExpired").bool();
        if (freshness == Freshness.STORED && allowsExpired) {
            throw at.required("allowExpired")
                    .badValue("goes with offline \"refuse\" or \"only\": a stored timestamp must not have expired");
        }
        List<String> roles = members.has("roles") ? roles(at.required("roles")) : NotaryCollection.RELEASING_ROLES;
        Place place = place(members);
        demands.add("listed by " + Quoted.printable(String.join(" or ", roles)));
        demands.add(freshness.words + (allowsExpired ? ", expired or not" : ""));
        DigestResolver resolver = NotaryDigestResolver.asking(
                        gun -> freshness.of(access.client(gun, place.of(gun), trust), allowsExpired))
                .withRoles(roles);
        return new Requirement.Notary(place.words, demands, members.has("saved") ? ofCopy(resolver) : resolver);
    }

    /** {@return the resolver of a copy, in whose source nobody says whether it is current} */
    private static DigestResolver ofCopy(DigestResolver resolver) {
        return name -> {
            ResolvedDigest resolved = resolver.resolve(name);
            Set<String> notChecked = new LinkedHashSet<>(List.of(NotaryDigestResolver.NOT_CURRENT));
            notChecked.addAll(resolved.notChecked());
            return resolved.withNotChecked(List.copyOf(notChecked));
        };
    }

    /**
     * The place of collections.
     *
     * @param words the name for people
     * @param byName the address for the name of a collection
     */
    private record Place(String words, Function<String, URI> byName) {
        URI of(String gun) {
            return byName.apply(gun);
        }
    }

    private Place place(Members members) throws JsonException, PolicyException {
        JsonCursor at = members.at();
        if (members.has("saved")) {
            JsonCursor saved = at.required("saved");
            Members.of(saved, "path");
            URI file = material.path(saved.required("path")).toUri();
            return new Place("saved copy " + saved.required("path").string(), gun -> file);
        }
        if (members.has("server")) {
            URI server = Members.valid(at.required("server"), NotaryDocument::server);
            return new Place(server.toString(), gun -> server);
        }
        return new Place("the image's registry", ContentTrust.of(Map.of())::serverFor);
    }

    private static URI server(String text) {
        URI server = URI.create(text);
        boolean isHttp = "http".equalsIgnoreCase(server.getScheme()) || "https".equalsIgnoreCase(server.getScheme());
        if (!isHttp
                || server.getHost() == null
                || server.getRawUserInfo() != null
                || server.getRawQuery() != null
                || server.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    "must be an http or https URL with a host, and without user, query and fragment");
        }
        return server;
    }

    private NotaryRootTrust rootTrust(JsonCursor at, List<String> demands) throws JsonException, PolicyException {
        Members members = Members.of(at, "certificates", "authorities", "firstUse");
        boolean firstUse = members.has("firstUse") && at.required("firstUse").bool();
        NotaryRootTrust trust = firstUse ? NotaryRootTrust.firstUse() : NotaryRootTrust.pinned();
        if (members.has("certificates")) {
            for (Map.Entry<String, JsonCursor> pin :
                    at.required("certificates").members().entrySet()) {
                NotaryRootTrust before = trust;
                String[] ids = pin.getValue().strings().toArray(String[]::new);
                trust = Members.valid(pin.getValue(), ignored -> before.withCertificates(pin.getKey(), ids));
                demands.add("root pinned for " + Quoted.printable(pin.getKey()));
            }
        }
        if (members.has("authorities")) {
            for (Map.Entry<String, JsonCursor> authority :
                    at.required("authorities").members().entrySet()) {
                NotaryRootTrust before = trust;
                String pem = new String(material.content(authority.getValue()), StandardCharsets.ISO_8859_1);
                trust = Members.valid(authority.getValue(), ignored -> before.withAuthorities(authority.getKey(), pem));
                demands.add("root issued by an authority for " + Quoted.printable(authority.getKey()) + "*");
            }
        }
        demands.add(firstUse ? "other roots trusted on first use" : "no root trusted on first use");
        return trust;
    }

    private static List<String> roles(JsonCursor at) throws JsonException {
        List<String> roles = at.strings();
        if (roles.isEmpty()) {
            throw at.badValue("must name at least one role");
        }
        for (JsonCursor role : at.elements()) {
            if (!role.string().equals("targets") && !role.string().startsWith("targets/")) {
                throw role.badValue("must be targets, or begin with targets/, is " + Quoted.quote(role.string()));
            }
        }
        return roles;
    }

    private static Freshness freshness(JsonCursor at) throws JsonException {
        for (Freshness each : Freshness.values()) {
            if (each.spelling.equals(at.string())) {
                return each;
            }
        }
        throw at.badValue("must be refuse, stored or only, is " + Quoted.quote(at.string()));
    }
}
