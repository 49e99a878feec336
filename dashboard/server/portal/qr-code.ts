import QRCode from 'qrcode'

/** The text as a QR code, an SVG element: black on white whatever the page's colours are, or no camera reads it. */
export async function qrCode(text: string): Promise<string> {
  const svg = await QRCode.toString(text, { type: 'svg', errorCorrectionLevel: 'M', margin: 2 })
  // In a page it is no document of its own.
  return svg.slice(svg.indexOf('<svg')).trim()
}
