package dev.tallyclerk.http.okhttp;

import java.net.SocketException;

/** A socket that bounds what may come between two pieces of content. */
interface FramedSocket {
    /** Sets the read timeout of the next request, in milliseconds; 0 for none. */
    void setRequestReadTimeout(int millis) throws SocketException;

    /** Begins to count what is read: from now on only so much may be read before {@link #endContent}. */
    void beginContent();

    /** Ends the count, because content was read. */
    void endContent();
}
