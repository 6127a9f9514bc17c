package dev.tallyclerk.hardening.host;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Whatever a listing of a host's files contains, it is read or refused. */
class HostListingFuzzTest {
    @FuzzTest
    void read(byte[] data) {
        HostProperties.assertListing(data);
    }
}
