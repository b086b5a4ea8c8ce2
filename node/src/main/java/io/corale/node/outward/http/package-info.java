/** How nodes send messages of HTTP/1.1 to far sides that the operator's rules allow. */
@org.jspecify.annotations.NullMarked
package io.corale.node.outward.http;
