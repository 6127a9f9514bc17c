package dev.tallyclerk.trust.bouncycastle;

import dev.tallyclerk.trust.sign.CosignKeyCipher;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.crypto.engines.XSalsa20Engine;
import org.bouncycastle.crypto.generators.SCrypt;
import org.bouncycastle.crypto.macs.Poly1305;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;

/** The encryption of cosign's private keys by Bouncy Castle. Immutable, and safe for use by several threads. */
public final class BouncyCastleKeyCipher implements CosignKeyCipher {
    private static final int KEY_BYTES = 32;
    private static final int TAG_BYTES = 16;

    private BouncyCastleKeyCipher() {}

    /** {@return the cipher} */
    public static BouncyCastleKeyCipher create() {
        return new BouncyCastleKeyCipher();
    }

    @Override
    public Optional<byte[]> open(byte[] password, byte[] salt, Scrypt scrypt, byte[] nonce, byte[] box) {
        byte[] key = SCrypt.generate(password, salt, scrypt.cost(), scrypt.blockSize(), scrypt.parallel(), KEY_BYTES);
        byte[] authentication = new byte[KEY_BYTES];
        try {
            XSalsa20Engine stream = stream(key, nonce, authentication);
            if (!org.bouncycastle.util.Arrays.constantTimeAreEqual(TAG_BYTES, tag(authentication, box), 0, box, 0)) {
                return Optional.empty();
            }
            byte[] plain = new byte[box.length - TAG_BYTES];
            stream.processBytes(box, TAG_BYTES, plain.length, plain, 0);
            return Optional.of(plain);
        } finally {
            Arrays.fill(key, (byte) 0);
            Arrays.fill(authentication, (byte) 0);
        }
    }

    @Override
    public byte[] seal(byte[] password, byte[] salt, Scrypt scrypt, byte[] nonce, byte[] plain) {
        byte[] key = SCrypt.generate(password, salt, scrypt.cost(), scrypt.blockSize(), scrypt.parallel(), KEY_BYTES);
        byte[] authentication = new byte[KEY_BYTES];
        try {
            XSalsa20Engine stream = stream(key, nonce, authentication);
            byte[] box = new byte[TAG_BYTES + plain.length];
            stream.processBytes(plain, 0, plain.length, box, TAG_BYTES);
            System.arraycopy(tag(authentication, box), 0, box, 0, TAG_BYTES);
            return box;
        } finally {
            Arrays.fill(key, (byte) 0);
            Arrays.fill(authentication, (byte) 0);
        }
    }

    /** NaCl: the first bytes of the key stream are the key of Poly1305. */
    private static XSalsa20Engine stream(byte[] key, byte[] nonce, byte[] authentication) {
        XSalsa20Engine stream = new XSalsa20Engine();
        stream.init(true, new ParametersWithIV(new KeyParameter(key), nonce));
        stream.processBytes(new byte[KEY_BYTES], 0, KEY_BYTES, authentication, 0);
        return stream;
    }

    private static byte[] tag(byte[] authentication, byte[] box) {
        Poly1305 poly = new Poly1305();
        poly.init(new KeyParameter(authentication));
        poly.update(box, TAG_BYTES, box.length - TAG_BYTES);
        byte[] tag = new byte[TAG_BYTES];
        poly.doFinal(tag, 0);
        return tag;
    }
}
