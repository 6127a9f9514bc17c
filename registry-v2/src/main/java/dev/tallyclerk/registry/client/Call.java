package dev.tallyclerk.registry.client;

import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.RequestBody;
import dev.tallyclerk.internal.call.CallRequest;
import dev.tallyclerk.internal.call.Lane;
import dev.tallyclerk.internal.call.Secrets;
import dev.tallyclerk.registry.internal.auth.AnonymousLogin;
import dev.tallyclerk.registry.internal.auth.Authorization;
import dev.tallyclerk.registry.internal.auth.Scope;
import dev.tallyclerk.registry.model.MediaType;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One request to a registry, whatever has to be shown for it. Immutable, apart from its body.
 *
 * @param method the method, in upper case
 * @param target the address
 * @param scope what a token must allow; empty if no repository scope is needed
 * @param headers more headers by name, none of which is a credential
 * @param body the body
 * @param accepted the statuses that are a success; every other one is a failure. No redirect is one
 * @param flags what else is to be known
 */
record Call(
        String method,
        URI target,
        Scope scope,
        Map<String, List<String>> headers,
        RequestBody body,
        Set<Integer> accepted,
        Flags flags) {

    /**
     * What is to be known of a call besides its request.
     *
     * @param repeatable whether making it twice does no more than making it once
     * @param content whether the response's body is content, which may take longer than a document
     * @param permitted whether it holds a permit for the host already, as a part of a larger call
     * @param trusted whether only servers that may have the registry's credentials had a say in the address
     * @param own whether it is retried only if the registry itself fails, and not a host that it redirects to
     */
    record Flags(boolean repeatable, boolean content, boolean permitted, boolean trusted, boolean own) {}

    Call {
        accepted = Set.copyOf(accepted);
        headers = Map.copyOf(headers);
    }

    /** {@return a call that only reads, is retried if it fails, and succeeds with 200} */
    static Call reading(String method, URI target, Scope scope) {
        Flags flags = new Flags(true, false, false, true, false);
        return new Call(method, target, scope, Map.of(), RequestBody.none(), Set.of(200), flags);
    }

    /** {@return a call that changes something, and is retried only if {@link #repeated} says so} */
    static Call writing(String method, URI target, Scope scope, RequestBody body, Integer... accepted) {
        Flags flags = new Flags(false, false, false, true, false);
        return new Call(method, target, scope, Map.of(), body, Set.of(accepted), flags);
    }

    private Call with(Flags flags) {
        return new Call(method, target, scope, headers, body, accepted, flags);
    }

    /** {@return this call of another address} */
    Call to(URI target) {
        return new Call(method, target, scope, headers, body, accepted, flags);
    }

    /** {@return this call with a header, in place of those of that name} */
    Call with(String name, String value) {
        return with(name, List.of(value));
    }

    private Call with(String name, List<String> values) {
        Map<String, List<String>> more = new HashMap<>(headers);
        more.put(name, values);
        return new Call(method, target, scope, more, body, accepted, flags);
    }

    /**
     * {@return this call, which accepts all types of manifests}
     *
     * <p>A registry may hide a manifest whose type is not among them, so that it seems absent.
     */
    Call acceptingManifests() {
        return with("Accept", MediaType.readableManifests());
    }

    /** {@return this call, which succeeds with these statuses} */
    Call accepting(Integer... accepted) {
        return new Call(method, target, scope, headers, body, Set.of(accepted), flags);
    }

    /** {@return this call, which does no more if it is made twice} */
    Call repeated() {
        return with(new Flags(true, flags.content, flags.permitted, flags.trusted, flags.own));
    }

    /** {@return this call, whose response or body is content and may take the time for a blob} */
    Call ofContent() {
        return with(new Flags(flags.repeatable, true, flags.permitted, flags.trusted, flags.own));
    }

    /** {@return this call, as part of a larger one that holds a permit for the host: it waits for none} */
    Call permitted() {
        return with(new Flags(flags.repeatable, flags.content, true, flags.trusted, flags.own));
    }

    /** {@return this call, which is not retried where a host fails to which the registry redirects} */
    Call ofItsOwn() {
        return with(new Flags(flags.repeatable, flags.content, flags.permitted, flags.trusted, true));
    }

    /** {@return this call, with credentials only if {@code trusted}} */
    Call trusting(boolean trusted) {
        return with(new Flags(flags.repeatable, flags.content, flags.permitted, trusted, flags.own));
    }

    /** {@return whether it may be made again after a failure; a server that limits the rate has not begun with it} */
    boolean mayFollow(HttpException failure) {
        boolean safe =
                flags.repeatable || failure.status() == 429 || failure.details().unprocessed();
        boolean stands = flags.own && failure.details().redirected();
        return safe && body.isRepeatable() && !stands;
    }

    /** {@return what is sent for it} */
    CallRequest request(@Nullable Authorization shown, @Nullable AnonymousLogin anonymous) {
        Secrets secrets = shown == null ? Secrets.none() : shown.secrets();
        return new CallRequest(
                method,
                target,
                headers,
                body,
                false,
                flags.permitted ? Lane.PERMITTED : Lane.of(method, flags.content),
                flags.trusted,
                shown == null ? null : shown.header(),
                anonymous == null
                        ? null
                        : new CallRequest.Anonymous(
                                anonymous.origin(), anonymous.shown().header()),
                anonymous == null ? secrets : secrets.and(anonymous.shown().secrets()));
    }
}
