/** Where the pointer is in the coordinates of an element of the chart, whose origin is the plot's upper left corner. */
export function pointIn(element: SVGGraphicsElement, event: PointerEvent): DOMPoint {
  return new DOMPoint(event.clientX, event.clientY).matrixTransform(element.getScreenCTM()!.inverse());
}
