package dev.tallyclerk.testing;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** Writes JSON web tokens as docker-registry's token authentication wants them. */
final class TokenSigner {
    /** Who the tokens say has issued them. */
    static final String ISSUER = "loopback-issuer";

    private final PrivateAuthority authority;

    TokenSigner(PrivateAuthority authority) {
        this.authority = authority;
    }

    String sign(
            String user, String service, Instant now, Duration lifetime, List<String> scopes, Set<String> allowed) {
        try {
            String header = "{\"typ\":\"JWT\",\"alg\":\"ES256\",\"x5c\":[\"" + authority.serverCertificate() + "\"]}";
            String claims = "{\"iss\":\"" + ISSUER + "\",\"sub\":\"" + user + "\",\"aud\":\"" + service + "\",\"exp\":"
                    + now.plus(lifetime).getEpochSecond() + ",\"nbf\":" + now.minusSeconds(5).getEpochSecond()
                    + ",\"iat\":" + now.getEpochSecond() + ",\"jti\":\"" + UUID.randomUUID() + "\",\"access\":["
                    + scopes.stream().map(scope -> access(scope, allowed)).collect(Collectors.joining(",")) + "]}";
            String signed = base64(header.getBytes(StandardCharsets.UTF_8)) + "."
                    + base64(claims.getBytes(StandardCharsets.UTF_8));
            Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
            signature.initSign(authority.serverKey());
            signature.update(signed.getBytes(StandardCharsets.US_ASCII));
            return signed + "." + base64(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** {@return what is granted of {@code type:name:action,action}} */
    private static String access(String scope, Set<String> allowed) {
        int type = scope.indexOf(':');
        int actions = scope.lastIndexOf(':');
        String granted = Arrays.stream(scope.substring(actions + 1).split(",", -1))
                .filter(allowed::contains)
                .map(action -> '"' + action + '"')
                .collect(Collectors.joining(","));
        return "{\"type\":\"" + scope.substring(0, type) + "\",\"name\":\"" + scope.substring(type + 1, actions)
                + "\",\"actions\":[" + granted + "]}";
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
