package dev.tallyclerk.registry.client;

import dev.tallyclerk.http.RequestBody;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * One thing to ask of a registry. Immutable, apart from what its body reads.
 *
 * @param method the method, in upper case
 * @param target the address
 * @param scope what a token must allow; empty for what needs no token of a repository
 * @param headers more headers by name, none of which is a credential
 * @param body what is sent
 * @param accepted the statuses that are an answer; every other one is a failure. No redirect is one
 * @param repeatable whether asking twice does no more than asking once
 * @param content whether the answer's body is content, which may take longer than a document
 * @param placed whether it has its place at the host already, as a part of something larger
 * @param trusted whether only who may have the registry's credentials had a say in the address
 * @param own whether only the registry itself fails at it: what others answer, to whom it redirects, stands
 */
record Call(
        String method,
        URI target,
        Scope scope,
        Map<String, List<String>> headers,
        RequestBody body,
        Set<Integer> accepted,
        boolean repeatable,
        boolean content,
        boolean placed,
        boolean trusted,
        boolean own) {

    Call {
        accepted = Set.copyOf(accepted);
        Map<String, List<String>> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        copy.putAll(headers);
        headers = copy;
    }

    /** {@return a call that only reads, is repeated if it fails, and is answered by 200} */
    static Call reading(String method, URI target, Scope scope) {
        return new Call(
                method, target, scope, Map.of(), RequestBody.none(), Set.of(200), true, false, false, true, false);
    }

    /** {@return a call that changes something, and is repeated only if {@link #repeated} says so} */
    static Call writing(String method, URI target, Scope scope, RequestBody body, Integer... accepted) {
        return new Call(method, target, scope, Map.of(), body, Set.of(accepted), false, false, false, true, false);
    }

    /** {@return this call of another address} */
    Call to(URI other) {
        return new Call(method, other, scope, headers, body, accepted, repeatable, content, placed, trusted, own);
    }

    /** {@return this call, for which a token must allow something else} */
    Call within(Scope other) {
        return new Call(method, target, other, headers, body, accepted, repeatable, content, placed, trusted, own);
    }

    /** {@return this call with one header more} */
    Call with(String name, String value) {
        Map<String, List<String>> more = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        more.putAll(headers);
        List<String> values = new ArrayList<>(more.getOrDefault(name, List.of()));
        values.add(value);
        more.put(name, List.copyOf(values));
        return new Call(method, target, scope, more, body, accepted, repeatable, content, placed, trusted, own);
    }

    /** {@return this call, answered by these statuses} */
    Call accepting(Integer... statuses) {
        return new Call(
                method, target, scope, headers, body, Set.of(statuses), repeatable, content, placed, trusted, own);
    }

    /** {@return this call, which does no more if it is made twice} */
    Call repeated() {
        return new Call(method, target, scope, headers, body, accepted, true, content, placed, trusted, own);
    }

    /** {@return this call, whose answer or body is content and may take the time for a blob} */
    Call ofContent() {
        return new Call(method, target, scope, headers, body, accepted, repeatable, true, placed, trusted, own);
    }

    /** {@return this call, as part of a larger one that holds a place at the host already: it waits for none} */
    Call inItsPlace() {
        return new Call(method, target, scope, headers, body, accepted, repeatable, content, true, trusted, own);
    }

    /** {@return this call, which is not repeated where a server fails to which the registry redirects} */
    Call ofItsOwn() {
        return new Call(method, target, scope, headers, body, accepted, repeatable, content, placed, trusted, true);
    }

    /** {@return this call, with credentials only if {@code trusted}} */
    Call trusting(boolean trusted) {
        return new Call(method, target, scope, headers, body, accepted, repeatable, content, placed, trusted, own);
    }
}
