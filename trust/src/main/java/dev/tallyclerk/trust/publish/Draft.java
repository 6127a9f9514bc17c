package dev.tallyclerk.trust.publish;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.internal.json.JsonValue;
import dev.tallyclerk.internal.json.JsonValue.JsonArray;
import dev.tallyclerk.internal.json.JsonValue.JsonBoolean;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.key.VerificationKey;
import dev.tallyclerk.trust.publish.PublishException.Reason;
import dev.tallyclerk.trust.tuf.metadata.TargetInfo;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The next versions of root and targets metadata while edits are applied. For one thread. */
final class Draft implements Delegators.Lookup {
    private static final String TOP = "targets";
    private static final String ROOT = "root";
    private static final String SUCCINCT = "succinct_roles";

    private final RepositoryState base;
    private final Instant now;
    private final Lifetimes lifetimes;

    /** The signed parts of the roles that change, without the targets that they list. */
    private final Map<String, JsonObject> edited = new LinkedHashMap<>();

    private final Map<String, Map<String, JsonValue>> listed = new LinkedHashMap<>();

    /** By identity, because the values are large. */
    private final IdentityHashMap<JsonObject, BinTable> tables = new IdentityHashMap<>();

    Draft(RepositoryState base, Instant now, Lifetimes lifetimes) throws PublishException, IOException {
        this.base = base;
        this.now = now.truncatedTo(ChronoUnit.SECONDS);
        this.lifetimes = lifetimes;
        if (base.root().isEmpty()) {
            edit(ROOT);
            edit(TOP);
        }
    }

    @Override
    public Optional<JsonObject> signed(String role) throws PublishException, IOException {
        JsonObject own = edited.get(role);
        return own == null ? base.signed(role) : Optional.of(own);
    }

    /** {@return the role's next version, with a new expiry} */
    private JsonObject edit(String role) throws PublishException, IOException {
        JsonObject own = edited.get(role);
        if (own != null) {
            return own;
        }
        TopLevelRole type = SignedDocument.type(role);
        JsonObject next = SignedDocument.header(type, base.version(role) + 1, now.plus(lifetimes.of(type)));
        Map<String, JsonValue> members = new LinkedHashMap<>();
        base.signed(role).ifPresent(published -> members.putAll(published.members()));
        members.putAll(next.members());
        if (type == TopLevelRole.ROOT) {
            members.put("consistent_snapshot", new JsonBoolean(true));
            members.putIfAbsent("keys", Members.EMPTY);
            members.putIfAbsent("roles", Members.EMPTY);
        } else {
            JsonValue targets = members.put("targets", Members.EMPTY);
            listed.put(role, targets instanceof JsonObject object ? new TreeMap<>(object.members()) : new TreeMap<>());
        }
        JsonObject made = new JsonObject(members);
        edited.put(role, made);
        return made;
    }

    private Map<String, JsonValue> targetsOf(String role) throws PublishException, IOException {
        edit(role);
        return listed.computeIfAbsent(role, name -> new TreeMap<>());
    }

    /** Makes a new version of a role, which may have no other change than its expiry. */
    void renew(String role) throws PublishException, IOException {
        requireRole(role);
        edit(role);
    }

    private void requireRole(String role) throws PublishException, IOException {
        if (!role.equals(ROOT) && !role.equals(TOP)) {
            Delegators.delegatorOf(role, this);
        }
    }

    void setKeys(TopLevelRole role, KeySet keys) throws PublishException, IOException {
        JsonObject root = edit(ROOT);
        JsonObject roles = Members.object(root, "roles").orElse(Members.EMPTY);
        JsonObject declared = withKeys(Members.object(root, "keys").orElse(Members.EMPTY), keys);
        roles = Members.with(roles, role.roleName(), withKeys(keys, Map.of()));
        List<JsonObject> all = new ArrayList<>();
        roles.members().values().forEach(each -> {
            if (each instanceof JsonObject object) {
                all.add(object);
            }
        });
        root = Members.with(root, "keys", used(declared, all));
        edited.put(ROOT, Members.with(root, "roles", roles));
        if (role == TopLevelRole.TARGETS) {
            edit(TOP);
        }
    }

    private static JsonObject withKeys(JsonObject declared, KeySet keys) {
        Map<String, JsonValue> members = new LinkedHashMap<>(declared.members());
        for (VerificationKey key : keys.keys()) {
            members.put(KeyDeclarations.keyId(key), KeyDeclarations.declaration(key));
        }
        return new JsonObject(members);
    }

    private static JsonObject withKeys(KeySet keys, Map<String, JsonValue> others) {
        Map<String, JsonValue> members = new LinkedHashMap<>(others);
        members.put(
                "keyids",
                Members.of(keys.keys().stream().map(KeyDeclarations::keyId).toList()));
        members.put("threshold", Members.of(keys.threshold()));
        return new JsonObject(members);
    }

    /** {@return the declarations that roles use} */
    private static JsonObject used(JsonObject declared, List<JsonObject> roles) throws PublishException {
        Set<String> named = new HashSet<>();
        for (JsonObject role : roles) {
            named.addAll(Members.texts(role, "keyids"));
        }
        Map<String, JsonValue> used = new LinkedHashMap<>(declared.members());
        used.keySet().retainAll(named);
        return new JsonObject(used);
    }

    void delegate(String from, TeamDelegation team) throws PublishException, IOException {
        requireRole(from);
        JsonObject delegations = delegations(from);
        if (delegations.members().containsKey(SUCCINCT)) {
            throw PublishException.of(
                    Reason.NOT_DELEGATED, from + " delegates to succinct hash bins, and to nothing else");
        }
        requireNew(team.name());
        Map<String, JsonValue> role = new LinkedHashMap<>();
        role.put("name", Members.of(team.name()));
        role.put("terminating", new JsonBoolean(team.terminating()));
        role.put("paths", Members.of(team.paths()));
        List<JsonObject> roles = new ArrayList<>(Members.objects(delegations, "roles"));
        roles.add(withKeys(team.keys(), role));
        setDelegations(from, withKeys(keysOf(delegations), team.keys()), roles);
        edit(team.name());
    }

    void revoke(String role) throws PublishException, IOException {
        String from = Delegators.delegatorOf(role, this);
        JsonObject delegations = delegations(from);
        List<JsonObject> roles = new ArrayList<>();
        boolean isBin = delegations.members().containsKey(SUCCINCT);
        for (JsonObject each : Members.objects(delegations, "roles")) {
            if (!Members.text(each, "name").equals(role)) {
                roles.add(each);
            } else if (BinTable.isBin(each)) {
                isBin = true;
            }
        }
        if (isBin) {
            throw PublishException.of(Reason.NO_SUCH_ROLE, "a hash bin cannot be revoked without the others");
        }
        setDelegations(from, keysOf(delegations), roles);
        edited.remove(role);
        listed.remove(role);
    }

    void setDelegatedKeys(String role, KeySet keys) throws PublishException, IOException {
        String from = Delegators.delegatorOf(role, this);
        JsonObject delegations = delegations(from);
        Optional<JsonObject> succinct = Members.object(delegations, SUCCINCT);
        if (succinct.isPresent()) {
            setSuccinct(from, withKeys(keys, succinct.get().members()), keys);
            return;
        }
        Set<String> bins = BinTable.of(delegations).names();
        Set<String> changed = bins.contains(role) ? bins : Set.of(role);
        List<JsonObject> roles = new ArrayList<>();
        for (JsonObject each : Members.objects(delegations, "roles")) {
            roles.add(changed.contains(Members.text(each, "name")) ? withKeys(keys, each.members()) : each);
        }
        setDelegations(from, withKeys(keysOf(delegations), keys), roles);
        for (String each : new TreeSet<>(changed)) {
            edit(each);
        }
    }

    void delegateToBins(String from, HashBins bins) throws PublishException, IOException {
        requireRole(from);
        JsonObject delegations = delegations(from);
        boolean isSuccinct = bins.form() == HashBins.Form.SUCCINCT;
        List<JsonObject> roles = new ArrayList<>(Members.objects(delegations, "roles"));
        if (!BinTable.of(delegations).isEmpty() || (isSuccinct && !roles.isEmpty())) {
            throw PublishException.of(
                    Reason.CONFLICT,
                    from
                            + (isSuccinct && !roles.isEmpty()
                                    ? " already delegates to roles, and the form " + bins.form()
                                            + " allows none beside the bins"
                                    : " already has hash bins"));
        }
        if (isSuccinct) {
            Map<String, JsonValue> succinct = new LinkedHashMap<>();
            succinct.put("bit_length", Members.of(bins.bitLength()));
            succinct.put("name_prefix", Members.of(bins.prefix()));
            setSuccinct(from, withKeys(bins.keys(), succinct), bins.keys());
        } else {
            for (int bin = 0; bin < bins.count(); bin++) {
                roles.add(bin(bins, bin));
            }
            setDelegations(from, withKeys(keysOf(delegations), bins.keys()), roles);
            for (int bin = 0; bin < bins.count(); bin++) {
                edit(HashBins.name(bins.prefix(), bins.count(), bin));
            }
        }
        moveIntoBins(from);
    }

    /** Shares out what the hash bins of a role list over another number of bins. */
    void setBinCount(String from, int count) throws PublishException, IOException {
        requireRole(from);
        DeclaredBins before = DeclaredBins.of(from, delegations(from));
        if (before.count() == count) {
            throw PublishException.of(Reason.CONFLICT, from + " already has " + count + " hash bins");
        }
        DeclaredBins after = before.withCount(count);
        Set<String> others = Delegators.delegated(this);
        before.names().forEach(others::remove);
        for (String bin : after.names()) {
            if (others.contains(bin)) {
                throw PublishException.of(Reason.CONFLICT, "there already is a role " + Quoted.quote(bin));
            }
        }
        Map<String, JsonValue> targets = takenFrom(before);
        edited.put(from, Members.with(edit(from), "delegations", after.delegations()));
        for (String bin : after.names()) {
            edit(bin);
        }
        BinTable table = BinTable.of(after.delegations());
        for (Map.Entry<String, JsonValue> target : targets.entrySet()) {
            targetsOf(table.binByHash(target.getKey()).orElseThrow()).put(target.getKey(), target.getValue());
        }
        // A bin that is gone is not published once more: nobody could sign it.
        edited.keySet().removeAll(gone(before, after));
        listed.keySet().removeAll(gone(before, after));
    }

    private static Set<String> gone(DeclaredBins before, DeclaredBins after) {
        Set<String> gone = new HashSet<>(before.names());
        after.names().forEach(gone::remove);
        return gone;
    }

    /** {@return what the bins list, which list nothing then} */
    private Map<String, JsonValue> takenFrom(DeclaredBins bins) throws PublishException, IOException {
        BinTable table = BinTable.of(bins.delegations());
        Map<String, JsonValue> taken = new TreeMap<>();
        for (String bin : bins.names()) {
            if (!Delegators.delegatedBy(edit(bin)).isEmpty()) {
                throw PublishException.of(Reason.CONFLICT, bin + " delegates to other roles; revoke them first");
            }
            Map<String, JsonValue> targets = targetsOf(bin);
            for (String path : targets.keySet()) {
                if (!table.binByHash(path).equals(Optional.of(bin))) {
                    throw PublishException.of(
                            Reason.NOT_DELEGATED,
                            bin + " lists " + Quoted.quote(path) + ", which belongs into another bin, so that no client"
                                    + " finds it; remove it first");
                }
            }
            taken.putAll(targets);
            targets.clear();
        }
        return taken;
    }

    private JsonObject bin(HashBins bins, int bin) throws PublishException, IOException {
        String name = HashBins.name(bins.prefix(), bins.count(), bin);
        if (bin == 0) {
            requireNew(name);
        }
        Map<String, JsonValue> role = new LinkedHashMap<>();
        role.put("name", Members.of(name));
        role.put("terminating", new JsonBoolean(false));
        role.put("path_hash_prefixes", Members.of(HashBins.prefixes(bins.count(), bin)));
        return withKeys(bins.keys(), role);
    }

    private void requireNew(String role) throws PublishException, IOException {
        if (Delegators.find(role, this).isPresent()) {
            throw PublishException.of(Reason.CONFLICT, "there already is a role " + Quoted.quote(role));
        }
    }

    private void moveIntoBins(String from) throws PublishException, IOException {
        BinTable table = BinTable.of(delegations(from));
        Map<String, JsonValue> targets = targetsOf(from);
        for (Map.Entry<String, JsonValue> target : Map.copyOf(targets).entrySet()) {
            Optional<String> bin = table.binOf(target.getKey());
            if (bin.isPresent()) {
                targetsOf(bin.get()).put(target.getKey(), target.getValue());
                targets.remove(target.getKey());
            }
        }
    }

    private void setSuccinct(String from, JsonObject succinct, KeySet keys) throws PublishException, IOException {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        members.put("keys", withKeys(Members.EMPTY, keys));
        members.put(SUCCINCT, succinct);
        edited.put(from, Members.with(edit(from), "delegations", new JsonObject(members)));
        for (String bin : Delegators.binNames(succinct)) {
            edit(bin);
        }
    }

    private JsonObject delegations(String role) throws PublishException, IOException {
        return Members.object(edit(role), "delegations").orElse(Members.EMPTY);
    }

    private static JsonObject keysOf(JsonObject delegations) {
        return Members.object(delegations, "keys").orElse(Members.EMPTY);
    }

    private void setDelegations(String from, JsonObject keys, List<JsonObject> roles)
            throws PublishException, IOException {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        members.put("keys", used(keys, roles));
        members.put("roles", new JsonArray(List.copyOf(roles)));
        edited.put(from, Members.with(edit(from), "delegations", new JsonObject(members)));
    }

    /** Adds a target to its role or, if that role delegates to hash bins, to the bin. */
    void addTarget(TargetInfo target) throws PublishException, IOException {
        Delegators.requireCovered(target.role(), target.path(), this);
        targetsOf(placeOf(target.role(), target.path())).put(target.path(), entry(target));
    }

    /** Refuses targets that another role lists than the one that a target was added to. */
    void requireListedOnce(List<TargetInfo> targets) throws PublishException, IOException {
        Map<String, String> places = new LinkedHashMap<>();
        for (TargetInfo target : targets) {
            places.put(target.path(), placeOf(target.role(), target.path()));
        }
        Set<String> roles = Delegators.delegated(this);
        roles.add(TOP);
        for (String role : new TreeSet<>(roles)) {
            for (String path : listedBy(role)) {
                String place = places.get(path);
                if (place != null && !place.equals(role)) {
                    throw PublishException.of(
                            Reason.CONFLICT,
                            "the role " + role + " lists " + Quoted.quote(path) + " already, and clients would see only"
                                    + " one of it and " + place + "; remove the target from " + role + " first");
                }
            }
        }
    }

    private Set<String> listedBy(String role) throws PublishException, IOException {
        Map<String, JsonValue> own = listed.get(role);
        if (own != null) {
            return own.keySet();
        }
        return Members.object(signed(role).orElse(Members.EMPTY), TOP)
                .orElse(Members.EMPTY)
                .members()
                .keySet();
    }

    void removeTarget(String role, String path) throws PublishException, IOException {
        String place = placeOf(role, path);
        if (targetsOf(place).remove(path) == null) {
            throw PublishException.of(Reason.NO_SUCH_TARGET, place + " lists no target " + Quoted.quote(path));
        }
    }

    private String placeOf(String role, String path) throws PublishException, IOException {
        requireRole(role);
        JsonObject delegations = Members.object(signed(role).orElse(Members.EMPTY), "delegations")
                .orElse(Members.EMPTY);
        BinTable table = tables.get(delegations);
        if (table == null) {
            table = BinTable.of(delegations);
            tables.put(delegations, table);
        }
        return table.binOf(path).orElse(role);
    }

    private static JsonObject entry(TargetInfo target) throws PublishException {
        if (target.digests().isEmpty()) {
            throw new IllegalArgumentException("a target needs at least one hash");
        }
        Map<String, JsonValue> hashes = new LinkedHashMap<>();
        for (Digest digest : target.digests()) {
            hashes.put(digest.algorithm().name(), Members.of(digest.encoded()));
        }
        Map<String, JsonValue> entry = new LinkedHashMap<>();
        entry.put("length", Members.of(target.length()));
        entry.put("hashes", new JsonObject(hashes));
        if (!target.custom().isEmpty()) {
            byte[] custom = target.custom().getBytes(StandardCharsets.UTF_8);
            entry.put("custom", Members.value(custom, JsonLimits.ofBytes(1_000_000)));
        }
        return new JsonObject(entry);
    }

    /** {@return the new versions with the signers that each needs} */
    List<PendingDocument> documents() throws PublishException, IOException {
        List<PendingDocument> documents = new ArrayList<>();
        Optional<JsonObject> oldRoot = base.signed(ROOT);
        JsonObject root = signed(ROOT).orElse(Members.EMPTY);
        for (Map.Entry<String, JsonObject> each : edited.entrySet()) {
            String role = each.getKey();
            JsonObject signed = each.getValue();
            Map<String, JsonValue> targets = listed.get(role);
            if (targets != null) {
                signed = Members.with(signed, "targets", new JsonObject(targets));
            }
            List<RoleSigners> signers = new ArrayList<>();
            if (SignedDocument.isTopLevel(role)) {
                signers.add(RoleSigners.ofRoot(root, role));
                if (oldRoot.isPresent() && edited.containsKey(ROOT)) {
                    addOld(role, RoleSigners.ofRoot(oldRoot.get(), role), signers);
                }
            } else {
                String delegator = Delegators.delegatorOf(role, this);
                RoleSigners.ofDelegator(delegator, signed(delegator).orElse(Members.EMPTY), role)
                        .ifPresent(signers::add);
            }
            documents.add(new PendingDocument(SignedDocument.unsigned(role, signed), base.signed(role), signers));
        }
        return documents;
    }

    /** The root before must sign a new root. It need not sign other roles, but clients see no gap if it does. */
    private static void addOld(String role, RoleSigners old, List<RoleSigners> signers) {
        if (role.equals(ROOT)) {
            signers.add(old);
        } else if (!old.isSameAs(signers.get(0))) {
            signers.add(old.optional());
        }
    }
}
